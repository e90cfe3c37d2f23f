package dev.flipside.scorer;

import dev.flipside.models.scoring.Transformation;
import dev.flipside.models.scoring.UncertaintyMeasure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One 3x3 convolution and every measure, view and interpolation, in loops and double precision: the
 * oracle of grafted graphs. Images and maps are {@code [channel][row][column]}.
 */
class NaiveNetwork {
  private final float[] weights;
  private final int classes;
  private final int stride;

  /**
   * A network.
   *
   * @param weights {@code [classes,3,3,3]}
   * @param stride px of the image a px of the output
   */
  NaiveNetwork(float[] weights, int classes, int stride) {
    this.weights = weights;
    this.classes = classes;
    this.stride = stride;
  }

  /** Logits at the size of the image. */
  double[][][] logits(double[][][] image) {
    return resized(lowLogits(image), image[0].length, image[0][0].length);
  }

  /** Logits at the size of the output. */
  double[][][] lowLogits(double[][][] image) {
    int height = image[0].length;
    int width = image[0][0].length;
    double[][][] out = new double[classes][(height - 1) / stride + 1][(width - 1) / stride + 1];
    for (int c = 0; c < classes; c++) {
      for (int y = 0; y < out[c].length; y++) {
        for (int x = 0; x < out[c][y].length; x++) {
          for (int k = 0; k < 27; k++) {
            int v = y * stride + k / 3 % 3 - 1;
            int u = x * stride + k % 3 - 1;
            if (v >= 0 && v < height && u >= 0 && u < width) {
              out[c][y][x] += weights[c * 27 + k] * image[k / 9][v][u];
            }
          }
        }
      }
    }
    return out;
  }

  /** Linear interpolation, half-pixel centres, clamped at the edges. */
  static double[][][] resized(double[][][] x, int height, int width) {
    int rows = x[0].length;
    int cols = x[0][0].length;
    double[][][] out = new double[x.length][height][width];
    for (int c = 0; c < x.length; c++) {
      for (int y = 0; y < height; y++) {
        double v = clamp((y + 0.5) * rows / height - 0.5, rows);
        int top = (int) v;
        int bottom = Math.min(top + 1, rows - 1);
        for (int u = 0; u < width; u++) {
          double h = clamp((u + 0.5) * cols / width - 0.5, cols);
          int left = (int) h;
          int right = Math.min(left + 1, cols - 1);
          double above = x[c][top][left] * (1 - h + left) + x[c][top][right] * (h - left);
          double below = x[c][bottom][left] * (1 - h + left) + x[c][bottom][right] * (h - left);
          out[c][y][u] = above * (1 - v + top) + below * (v - top);
        }
      }
    }
    return out;
  }

  private static double clamp(double at, int length) {
    return Math.max(0, Math.min(length - 1.0, at));
  }

  /** The view of an image; what comes into the frame repeats the edge. */
  static double[][][] view(Transformation view, double[][][] image) {
    int height = image[0].length;
    int width = image[0][0].length;
    boolean turned = view instanceof Transformation.Rotation turn && turn.degrees() == 90;
    double[][][] out = new double[image.length][turned ? width : height][turned ? height : width];
    for (int c = 0; c < out.length; c++) {
      for (int y = 0; y < out[c].length; y++) {
        for (int x = 0; x < out[c][y].length; x++) {
          int[] from = source(view, y, x, height, width);
          int row = Math.max(0, Math.min(height - 1, from[0]));
          out[c][y][x] = image[c][row][Math.max(0, Math.min(width - 1, from[1]))];
        }
      }
    }
    return out;
  }

  /** A map of a view in the coordinates of the image; NaN where the pixel left the frame. */
  static double[][][] unviewed(Transformation view, double[][][] map, int height, int width) {
    double[][][] out = new double[map.length][height][width];
    for (int c = 0; c < map.length; c++) {
      for (double[] row : out[c]) {
        Arrays.fill(row, Double.NaN);
      }
      for (int y = 0; y < map[c].length; y++) {
        for (int x = 0; x < map[c][y].length; x++) {
          int[] to = source(view, y, x, height, width);
          if (to[0] >= 0 && to[0] < height && to[1] >= 0 && to[1] < width) {
            out[c][to[0]][to[1]] = map[c][y][x];
          }
        }
      }
    }
    return out;
  }

  /** Row and column of the image that stand at a row and column of the view. */
  private static int[] source(Transformation view, int y, int x, int height, int width) {
    if (view instanceof Transformation.HorizontalFlip) {
      return new int[] {y, width - 1 - x};
    }
    if (view instanceof Transformation.VerticalFlip) {
      return new int[] {height - 1 - y, x};
    }
    if (view instanceof Transformation.Rotation turn) {
      return turn.degrees() == 90
          ? new int[] {x, width - 1 - y}
          : new int[] {height - 1 - y, width - 1 - x};
    }
    if (view instanceof Transformation.Translation move) {
      return new int[] {y - move.dy(), x - move.dx()};
    }
    return new int[] {y, x};
  }

  /**
   * The measure at every pixel; NaN where it is not scored.
   *
   * @param flip the class that stands for each one in a mirrored image
   */
  double[][] measure(
      double[][][] image, List<Transformation> views, UncertaintyMeasure measure, int[] flip) {
    int height = image[0].length;
    int width = image[0][0].length;
    List<double[][][]> members = new ArrayList<>();
    for (Transformation view : views) {
      double[][][] back = unviewed(view, softmax(logits(view(view, image))), height, width);
      double[][][] swapped = new double[classes][][];
      for (int c = 0; c < classes; c++) {
        swapped[c] = back[view instanceof Transformation.HorizontalFlip ? flip[c] : c];
      }
      members.add(swapped);
    }
    double[][] map = new double[height][width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        List<double[]> pixels = new ArrayList<>();
        for (double[][][] member : members) {
          double[] pixel = new double[classes];
          for (int c = 0; c < classes; c++) {
            pixel[c] = member[c][y][x];
          }
          pixels.add(pixel);
        }
        map[y][x] = pixel(pixels, measure);
      }
    }
    return map;
  }

  private static double pixel(List<double[]> members, UncertaintyMeasure measure) {
    double sum = 0;
    double[] mean = new double[members.get(0).length];
    for (double[] p : members) {
      double[] sorted = p.clone();
      Arrays.sort(sorted);
      double first = sorted[sorted.length - 1];
      double second = sorted[sorted.length - 2];
      sum +=
          switch (measure) {
            case MARGIN -> 1 - (first - second);
            case LEAST_CONFIDENCE -> 1 - first;
            default -> entropy(p);
          };
      for (int c = 0; c < p.length; c++) {
        double opinion =
            measure == UncertaintyMeasure.VOTE_ENTROPY ? (p[c] == first ? 1 : 0) : p[c];
        mean[c] += Double.isNaN(first) ? Double.NaN : opinion / members.size();
      }
    }
    return switch (measure) {
      case ENTROPY, MARGIN, LEAST_CONFIDENCE -> sum;
      case VOTE_ENTROPY -> entropy(mean);
      case MUTUAL_INFORMATION, JENSEN_SHANNON -> entropy(mean) - sum / members.size();
    };
  }

  private static double entropy(double[] p) {
    double entropy = 0;
    for (double each : p) {
      entropy -= each == 0 ? 0 : each * Math.log(each);
    }
    return entropy;
  }

  private static double[][][] softmax(double[][][] logits) {
    double[][][] p = new double[logits.length][logits[0].length][logits[0][0].length];
    for (int y = 0; y < logits[0].length; y++) {
      for (int x = 0; x < logits[0][0].length; x++) {
        double max = Double.NEGATIVE_INFINITY;
        for (double[][] each : logits) {
          max = Math.max(max, each[y][x]);
        }
        double total = 0;
        for (double[][] each : logits) {
          total += Math.exp(each[y][x] - max);
        }
        for (int c = 0; c < logits.length; c++) {
          p[c][y][x] = Math.exp(logits[c][y][x] - max) / total;
        }
      }
    }
    return p;
  }
}
