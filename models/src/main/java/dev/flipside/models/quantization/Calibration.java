package dev.flipside.models.quantization;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * What the inner values of a network were on some images: their ranges, the means of their
 * channels, and samples of what convolutions saw. Made by {@link Quantization#calibration}.
 */
public final class Calibration {
  /** How many positions a convolution is sampled at over all images. */
  private static final int PATCHES = 512;

  private final Map<String, ActivationHistogram> histograms = new HashMap<>();
  private final Map<String, ChannelStatistics> channels = new HashMap<>();
  private final Map<String, List<InputPatches>> patchesOfValue = new HashMap<>();
  private final Map<String, InputPatches> patchesOfConvolution = new HashMap<>();
  private final int images;
  private final long seed;

  Calibration(int images, long seed) {
    this.images = Math.max(1, images);
    this.seed = seed;
  }

  /** Asks for the range of a value. */
  void observe(String value) {
    histograms.put(value, new ActivationHistogram());
  }

  /**
   * Asks for what a convolution sees.
   *
   * @param output what it makes
   * @param channels of its input
   */
  void observe(String input, int channels, String output, Optional<KernelGeometry> geometry) {
    this.channels.putIfAbsent(input, new ChannelStatistics(channels));
    geometry.ifPresent(
        kernel -> {
          Random random = new Random(seed * 0x9E3779B97F4A7C15L + output.hashCode());
          InputPatches patches = new InputPatches(kernel, channels, PATCHES, images, random);
          patchesOfValue.computeIfAbsent(input, key -> new ArrayList<>()).add(patches);
          patchesOfConvolution.put(output, patches);
        });
  }

  /**
   * Takes in a value on one image.
   *
   * @param value name of one of {@link Quantization#observed}
   * @param shape {@code [1,C,H,W]}
   * @param elements row-major, from position to limit, which stay as they are
   * @throws IllegalArgumentException if an element is not finite, or the value is not asked for
   */
  public void show(String value, long[] shape, FloatBuffer elements) {
    ActivationHistogram histogram = histograms.get(value);
    if (histogram == null) {
      throw new IllegalArgumentException("value " + value + " is not asked for");
    }
    histogram.add(elements);
    ChannelStatistics statistics = channels.get(value);
    if (statistics != null) {
      statistics.add(elements);
      for (InputPatches each : patchesOfValue.getOrDefault(value, List.of())) {
        each.add(Math.toIntExact(shape[2]), Math.toIntExact(shape[3]), elements);
      }
    }
  }

  /**
   * How often a value was what.
   *
   * @throws IllegalArgumentException if the value is not asked for or was never shown
   */
  ActivationHistogram histogram(String value) {
    ActivationHistogram histogram = histograms.get(value);
    if (histogram == null || histogram.total() == 0) {
      throw new IllegalArgumentException("value " + value + " was not shown");
    }
    return histogram;
  }

  /** The means of the channels that a convolution sees. */
  ChannelStatistics input(String value) {
    ChannelStatistics statistics = channels.get(value);
    if (statistics == null) {
      throw new IllegalArgumentException("value " + value + " has no means of its channels");
    }
    return statistics;
  }

  /** Samples of what a convolution sees; none where its kernel is not a plain 2-D one. */
  Optional<InputPatches> patches(String output) {
    return Optional.ofNullable(patchesOfConvolution.get(output));
  }
}
