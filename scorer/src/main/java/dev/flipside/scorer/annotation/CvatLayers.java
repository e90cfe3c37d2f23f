package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.Region;
import dev.flipside.scorer.annotation.export.AnnotatedImage;
import dev.flipside.scorer.annotation.model.AnnotationBuilder;
import dev.flipside.scorer.annotation.model.LabelClasses;
import dev.flipside.scorer.annotation.shape.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the shapes of an image of CVAT, which are painted in the order of {@code z_order}. */
final class CvatLayers {
  /** A shape with its stacking order. */
  private record Layer(int order, Shape shape) {}

  private final AnnotationBuilder image;
  private final LabelClasses labels;
  private final List<Layer> layers = new ArrayList<>();

  CvatLayers(AnnotationBuilder image, LabelClasses labels) {
    this.image = image;
    this.labels = labels;
  }

  /**
   * Adds a geometry with a label.
   *
   * @throws FlipsideException if it covers an area and its label is unknown, or it is malformed
   */
  void add(String label, int order, CvatGeometry geometry) {
    String unpainted = geometry.unpainted();
    if (unpainted != null) {
      image.unpainted(unpainted);
    } else if (geometry.kind().equals("box") && label.equals(AnnotatedImage.REGION)) {
      image.region(region(geometry.values()));
    } else {
      layers.add(new Layer(order, geometry.shape(labels.id(label))));
    }
  }

  private static Region region(double[] box) {
    long left = Math.round(box[0]);
    long top = Math.round(box[1]);
    long right = Math.round(box[2]);
    long bottom = Math.round(box[3]);
    if (left < 0
        || top < 0
        || right <= left
        || bottom <= top
        || right > Integer.MAX_VALUE
        || bottom > Integer.MAX_VALUE) {
      throw new FlipsideException(
          "box [" + left + ", " + right + ") x [" + top + ", " + bottom + ") is no region");
    }
    return new Region((int) top, (int) left, (int) (bottom - top), (int) (right - left));
  }

  /** Passes the shapes to the image, bottom first. */
  void finish() {
    layers.sort(Comparator.comparingInt(Layer::order));
    layers.forEach(layer -> image.add(layer.shape()));
  }
}
