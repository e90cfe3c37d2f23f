package dev.flipside.scorer;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.scorer.image.DecodedImage;
import java.util.Collections;
import java.util.List;

/** Eq. 1-4 for {@link TestModels#convolution}, in double precision, pixel by pixel. */
public final class NaiveFlipEntropy {
  private NaiveFlipEntropy() {}

  /** Region means, row-major. */
  public static double[] scores(DecodedImage image, int classes, float[] weights, RegionGrid grid) {
    return scores(image, classes, weights, grid, Collections.nCopies(classes, 1f));
  }

  /** Region means with a factor for each class, by the class of the largest logit. */
  public static double[] scores(
      DecodedImage image, int classes, float[] weights, RegionGrid grid, List<Float> classWeights) {
    ImageSize size = image.size();
    double[][] entropy = new double[size.height()][size.width()];
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        double[] logits = logits(image, classes, weights, y, x, false);
        double sum =
            entropy(logits)
                + entropy(logits(image, classes, weights, y, size.width() - 1 - x, true));
        entropy[y][x] = classWeights.get(largest(logits)) * sum;
      }
    }
    double[] scores = new double[grid.count()];
    for (int row = 0; row < grid.rows(); row++) {
      for (int col = 0; col < grid.cols(); col++) {
        Region region = grid.region(row, col);
        double sum = 0;
        for (int y = region.y(); y < region.y() + region.height(); y++) {
          for (int x = region.x(); x < region.x() + region.width(); x++) {
            sum += entropy[y][x];
          }
        }
        scores[grid.index(row, col)] = sum / region.pixels();
      }
    }
    return scores;
  }

  private static int largest(double[] logits) {
    int largest = 0;
    for (int id = 1; id < logits.length; id++) {
      largest = logits[id] > logits[largest] ? id : largest;
    }
    return largest;
  }

  private static double[] logits(
      DecodedImage image, int classes, float[] weights, int y, int x, boolean mirrored) {
    double[] logits = new double[classes];
    for (int id = 0; id < classes; id++) {
      for (int channel = 0; channel < 3; channel++) {
        for (int dy = -1; dy <= 1; dy++) {
          for (int dx = -1; dx <= 1; dx++) {
            double weight = weights[((id * 3 + channel) * 3 + dy + 1) * 3 + dx + 1];
            logits[id] += weight * value(image, channel, y + dy, x + dx, mirrored);
          }
        }
      }
    }
    return logits;
  }

  private static double value(DecodedImage image, int channel, int y, int x, boolean mirrored) {
    ImageSize size = image.size();
    if (y < 0 || x < 0 || y >= size.height() || x >= size.width()) {
      return 0;
    }
    int stored = mirrored ? size.width() - 1 - x : x;
    return (image.color(y, stored) >> (16 - 8 * channel) & 0xFF) / 255.0;
  }

  private static double entropy(double[] logits) {
    double most = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - most);
    }
    double entropy = 0;
    for (double logit : logits) {
      double p = Math.exp(logit - most) / sum;
      entropy -= p == 0 ? 0 : p * Math.log(p);
    }
    return entropy;
  }
}
