package dev.flipside.models.quantization;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Input patches of a convolution at random positions, equally distributed over the images. */
final class InputPatches {
  private final KernelGeometry geometry;
  private final int channels;
  private final int count;
  private final int images;
  private final Random random;
  private final List<float[]> patches = new ArrayList<>();
  private int shown;

  /**
   * Creates an empty sample.
   *
   * @param channels C of the input
   * @param count total number of positions
   * @param images number of images, at least 1
   */
  InputPatches(KernelGeometry geometry, int channels, int count, int images, Random random) {
    this.geometry = geometry;
    this.channels = channels;
    this.count = count;
    this.images = images;
    this.random = random;
  }

  /**
   * Samples the input on one image.
   *
   * @param height H
   * @param width W
   * @param values {@code [1,C,H,W]}, row-major, from position to limit; not modified
   */
  void add(int height, int width, FloatBuffer values) {
    int rows = geometry.outputs(0, height);
    int columns = geometry.outputs(1, width);
    int before = due();
    shown++;
    if (rows == 0 || columns == 0) {
      return;
    }
    for (int i = before; i < due(); i++) {
      patches.add(patch(random.nextInt(rows), random.nextInt(columns), height, width, values));
    }
  }

  /** Returns the number of positions to sample in the images seen so far. */
  private int due() {
    return (int) ((long) count * shown / images);
  }

  private float[] patch(int row, int column, int height, int width, FloatBuffer values) {
    float[] patch = new float[channels * geometry.taps()];
    int at = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int tapY = 0; tapY < geometry.kernel().get(0); tapY++) {
        int y = geometry.place(0, row, tapY);
        for (int tapX = 0; tapX < geometry.kernel().get(1); tapX++, at++) {
          int x = geometry.place(1, column, tapX);
          if (y >= 0 && y < height && x >= 0 && x < width) {
            patch[at] = values.get(values.position() + (channel * height + y) * width + x);
          }
        }
      }
    }
    return patch;
  }

  /**
   * Returns all patches, centered.
   *
   * @return {@code [C*kH*kW][patches]}
   */
  float[][] centred() {
    float[][] centred = new float[channels * geometry.taps()][patches.size()];
    for (int i = 0; i < centred.length; i++) {
      double sum = 0;
      for (float[] patch : patches) {
        sum += patch[i];
      }
      float mean = (float) (sum / Math.max(1, patches.size()));
      for (int sample = 0; sample < patches.size(); sample++) {
        centred[i][sample] = patches.get(sample)[i] - mean;
      }
    }
    return centred;
  }
}
