package dev.flipside.models.quantization;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Statistics of activations on calibration images: value ranges, channel means, and sampled
 * convolution inputs. Created by {@link Quantization#calibration}.
 */
public final class Calibration {
  /** Sampled positions per convolution over all images. */
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

  /** Registers a value whose range is needed. */
  void observe(String value) {
    histograms.put(value, new ActivationHistogram());
  }

  /**
   * Registers the input of a convolution.
   *
   * @param channels number of channels of the input
   * @param output name of the output of the convolution
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
   * Records a value on one image.
   *
   * @param value a name from {@link Quantization#observed}
   * @param shape {@code [1,C,H,W]}
   * @param elements row-major elements from position to limit; not modified
   * @throws IllegalArgumentException if an element is not finite or the value is not observed
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
   * Returns the histogram of a value.
   *
   * @throws IllegalArgumentException if the value is not observed or was never recorded
   */
  ActivationHistogram histogram(String value) {
    ActivationHistogram histogram = histograms.get(value);
    if (histogram == null || histogram.total() == 0) {
      throw new IllegalArgumentException("value " + value + " was not shown");
    }
    return histogram;
  }

  /** Returns the channel statistics of the input of a convolution. */
  ChannelStatistics input(String value) {
    ChannelStatistics statistics = channels.get(value);
    if (statistics == null) {
      throw new IllegalArgumentException("value " + value + " has no means of its channels");
    }
    return statistics;
  }

  /** Returns the sampled input patches of a convolution; empty if its geometry is not supported. */
  Optional<InputPatches> patches(String output) {
    return Optional.ofNullable(patchesOfConvolution.get(output));
  }
}
