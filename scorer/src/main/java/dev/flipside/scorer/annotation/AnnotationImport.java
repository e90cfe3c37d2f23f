package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.annotation.archive.AnnotationFile;
import dev.flipside.scorer.annotation.model.Annotation;
import dev.flipside.scorer.annotation.model.AnnotationBuilder;
import dev.flipside.scorer.annotation.model.ImageNames;
import dev.flipside.scorer.annotation.model.ImageReference;
import dev.flipside.scorer.annotation.model.ReadOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Streams the annotations of a file, with the IDs of the images that they belong to. */
public final class AnnotationImport {
  private AnnotationImport() {}

  /** The IDs of the images of a pool. */
  @FunctionalInterface
  public interface ImageIds {
    /** Passes every ID to a consumer, once. */
    void forEach(Consumer<String> each);
  }

  /**
   * Reads a file. It is read completely before the sink receives anything, so that a file that
   * cannot be parsed changes nothing. An image that cannot be used has a fault and does not affect
   * the others.
   *
   * @param images images that the annotations may belong to
   * @throws FlipsideException if the file cannot be parsed
   * @throws IOException if the file cannot be read, or the sink throws it
   */
  public static void read(
      Path file,
      AnnotationFormat format,
      ReadOptions options,
      ImageIds images,
      Annotation.Sink sink)
      throws IOException {
    ImageNames names = new ImageNames();
    stream(file, format, options, new Names(names));
    images.forEach(names::offer);
    names.finish();
    stream(
        file,
        format,
        options,
        new Annotation.Sink() {
          @Override
          public boolean wants(ImageReference image) {
            Annotation empty = new AnnotationBuilder(image.name(), image).build();
            return names.resolve(empty).fault() == null;
          }

          @Override
          public void accept(Annotation annotation) throws IOException {
            sink.accept(names.resolve(annotation));
          }

          @Override
          public void leftOut(AnnotationFile.LeftOut entry) {
            sink.leftOut(entry);
          }

          @Override
          public void leftOut(String kind, long count) {
            sink.leftOut(kind, count);
          }
        });
  }

  private static void stream(
      Path path, AnnotationFormat format, ReadOptions options, Annotation.Sink sink)
      throws IOException {
    try (AnnotationFile file = AnnotationFile.open(path, options.limits())) {
      file.leftOut().forEach(sink::leftOut);
      format.read(file, options, sink);
    }
  }

  /** Collects the names of images. */
  private record Names(ImageNames names) implements Annotation.Sink {
    @Override
    public boolean wants(ImageReference image) {
      return false;
    }

    @Override
    public void accept(Annotation annotation) {
      names.want(annotation);
    }

    @Override
    public void leftOut(AnnotationFile.LeftOut entry) {
      // Reported when the file is read again.
    }

    @Override
    public void leftOut(String kind, long count) {
      // Reported when the file is read again.
    }
  }
}
