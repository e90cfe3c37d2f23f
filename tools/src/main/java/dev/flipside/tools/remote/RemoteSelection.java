package dev.flipside.tools.remote;

import java.util.List;
import java.util.Map;

/**
 * Regions that the service handed out.
 *
 * @param id names the selection
 * @param annotator who has them
 * @param expires when those without a label go back
 * @param shortfall why there are fewer than asked for, or {@code none}
 * @param regions best first
 */
public record RemoteSelection(
    String id, String annotator, String expires, String shortfall, List<Region> regions) {

  /**
   * One region.
   *
   * @param rank from 1
   * @param id names it in URLs
   * @param image id of its image
   * @param row in the grid
   * @param col in the grid
   * @param y first pixel row
   * @param x first pixel column
   * @param height pixel rows
   * @param width pixel columns
   * @param score the higher the less the model is sure
   * @param links where its label goes and its pictures are
   */
  public record Region(
      int rank,
      String id,
      String image,
      int row,
      int col,
      int y,
      int x,
      int height,
      int width,
      float score,
      Map<String, String> links) {}
}
