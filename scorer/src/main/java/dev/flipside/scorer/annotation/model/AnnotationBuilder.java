package dev.flipside.scorer.annotation.model;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import dev.flipside.scorer.annotation.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects the annotation of one image. The first fault is kept. */
public final class AnnotationBuilder {
  private final String image;
  private final ImageReference reference;
  private final List<Region> regions = new ArrayList<>();
  private final List<Shape> shapes = new ArrayList<>();
  private final Map<String, Integer> unpainted = new TreeMap<>();
  private @Nullable ImageSize size;
  private Annotation.@Nullable Fault fault;

  /**
   * @param image name of the image for messages
   */
  public AnnotationBuilder(String image, ImageReference reference) {
    this.image = image;
    this.reference = reference;
  }

  /** Creates a builder for an image that is named with its extension. */
  public static AnnotationBuilder of(String image) {
    return new AnnotationBuilder(image, ImageReference.image(image));
  }

  /** Reads a part of the annotation; what it throws is the fault. */
  public void attempt(Runnable part) {
    try {
      part.run();
    } catch (FlipsideException e) {
      fault(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Sets the size.
   *
   * @throws FlipsideException if another size was set before
   */
  public void size(ImageSize found) {
    if (size != null && !size.equals(found)) {
      throw new FlipsideException("sizes " + size + " and " + found + " of one image");
    }
    size = found;
  }

  /** Adds a rectangle in which the annotator worked. */
  public void region(Region region) {
    regions.add(region);
  }

  /** Adds a shape over those before it. */
  public void add(Shape shape) {
    shapes.add(shape);
  }

  /** Counts an annotation that covers no area. */
  public void unpainted(String kind) {
    unpainted.merge(kind, 1, Integer::sum);
  }

  /** Refuses the image, unless it is refused already. */
  public void fault(String message) {
    if (fault == null) {
      fault = new Annotation.Fault(false, message);
    }
  }

  /** Returns the annotation; without shapes if it has a fault. */
  public Annotation build() {
    return new Annotation(
        image, reference, size, regions, fault == null ? shapes : List.of(), unpainted, fault);
  }
}
