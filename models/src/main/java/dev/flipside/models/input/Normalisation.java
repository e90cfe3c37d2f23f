package dev.flipside.models.input;

import java.util.List;

/**
 * How raw values become the input of a model: {@code (raw * scale - mean) / std}.
 *
 * @param scale factor for raw values 0 to 255
 * @param mean three values in channel order
 * @param std three values in channel order
 */
public record Normalisation(float scale, List<Float> mean, List<Float> std) {}
