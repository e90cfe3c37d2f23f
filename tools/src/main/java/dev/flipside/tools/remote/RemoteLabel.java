package dev.flipside.tools.remote;

import org.jspecify.annotations.Nullable;

/**
 * The label of a region, or that it was taken back.
 *
 * @param sequence number among the events of the campaign, from 1
 * @param image id of its image
 * @param row row in the grid
 * @param col column in the grid
 * @param y first pixel row
 * @param x first pixel column
 * @param height pixel rows
 * @param width pixel columns
 * @param imageHeight height of the image in px
 * @param imageWidth width of the image in px
 * @param png PNG of class IDs of the size of the region, null if the label was taken back
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RemoteLabel(
    long sequence,
    String image,
    int row,
    int col,
    int y,
    int x,
    int height,
    int width,
    int imageHeight,
    int imageWidth,
    byte @Nullable [] png) {}
