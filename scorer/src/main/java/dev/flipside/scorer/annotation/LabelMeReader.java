package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.annotation.archive.AnnotationFile;
import dev.flipside.scorer.annotation.archive.ArchiveTooLargeException;
import dev.flipside.scorer.annotation.export.MaskNames;
import dev.flipside.scorer.annotation.model.Annotation;
import dev.flipside.scorer.annotation.model.AnnotationBuilder;
import dev.flipside.scorer.annotation.model.ImageReference;
import dev.flipside.scorer.annotation.model.ReadOptions;
import dev.flipside.scorer.annotation.shape.RunLengths;
import dev.flipside.scorer.annotation.shape.Shape;
import dev.flipside.scorer.image.DecodedImage;
import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON files of LabelMe, one per image. Polygons, rectangles, circles and masks are
 * painted in the order of the file; lines and points cover no area.
 */
final class LabelMeReader {
  private static final String PROGRAM = "LabelMe";

  private LabelMeReader() {}

  /**
   * Reads a document, or the JSON files of an archive. In an archive, one that cannot be parsed is
   * refused and the others are read.
   *
   * @throws FlipsideException if the document is not JSON of LabelMe
   */
  static void read(AnnotationFile file, ReadOptions options, Annotation.Sink sink)
      throws IOException {
    for (AnnotationFile.Entry each :
        Documents.select(
            file, sink, entry -> entry.hasExtension(".json"), "JSON file of LabelMe; save one")) {
      JsonTree.Budget budget = new JsonTree.Budget(options.limits());
      JsonTree document;
      try {
        document = parse(file, each, budget);
      } catch (ArchiveTooLargeException e) {
        throw e;
      } catch (FlipsideException e) {
        if (!file.isArchive()) {
          throw e;
        }
        AnnotationBuilder image = new AnnotationBuilder(each.name(), ofEntry(each));
        image.fault(String.valueOf(e.getMessage()));
        sink.accept(image.build());
        continue;
      }
      if (document != null && document.members().containsKey("shapes")) {
        sink.accept(annotation(each, document, new Masks(file, options, budget, sink)));
      } else if (file.isArchive()) {
        sink.leftOut(new AnnotationFile.LeftOut(each.name(), "no list \"shapes\" of LabelMe"));
      } else {
        throw new FlipsideException(
            "not the JSON of " + PROGRAM + ": expected an object with a list \"shapes\"");
      }
    }
  }

  /** What the masks of a document need to be read. */
  private record Masks(
      AnnotationFile file, ReadOptions options, JsonTree.Budget budget, Annotation.Sink sink) {}

  private static @Nullable JsonTree parse(
      AnnotationFile file, AnnotationFile.Entry entry, JsonTree.Budget budget) throws IOException {
    JsonTree[] document = new JsonTree[1];
    file.read(
        entry,
        in ->
            JsonTree.parse(
                in,
                PROGRAM,
                parser -> {
                  parser.nextToken();
                  if (JsonTree.value(parser, budget) instanceof JsonTree tree) {
                    document[0] = tree;
                    // To the end: the rest may be malformed.
                    parser.nextToken();
                  }
                }));
    return document[0];
  }

  private static Annotation annotation(AnnotationFile.Entry entry, JsonTree document, Masks masks)
      throws IOException {
    ReadOptions options = masks.options();
    String path = document.get("imagePath") instanceof String text ? text : "";
    ImageReference reference =
        path.isEmpty()
            ? ofEntry(entry)
            : new ImageReference(join(Documents.folder(entry), path), false, true);
    AnnotationBuilder image =
        new AnnotationBuilder(entry.name().isEmpty() ? reference.name() : entry.name(), reference);
    boolean wanted = masks.sink().wants(reference);
    try {
      if (reference.name().isEmpty()) {
        throw new FlipsideException("no imagePath; expected the name of the image");
      }
      if (document.has("imageHeight") || document.has("imageWidth")) {
        image.size(options.size(document.integer("imageHeight"), document.integer("imageWidth")));
      }
      for (Object each : document.list("shapes")) {
        if (!(each instanceof JsonTree shape)) {
          throw new FlipsideException("shapes: expected a list of objects");
        }
        shape(shape, image, masks, wanted);
      }
    } catch (FlipsideException e) {
      image.fault(String.valueOf(e.getMessage()));
    }
    return image.build();
  }

  /** The JSON file has the name of its image. */
  private static ImageReference ofEntry(AnnotationFile.Entry entry) {
    return new ImageReference(MaskNames.stem(entry.name()), true, true);
  }

  private static String join(String folder, String path) {
    String rest = path.replace('\\', '/');
    String base = folder;
    int start = 0;
    while (rest.startsWith("../", start) || rest.startsWith("./", start)) {
      if (rest.startsWith("../", start) && !base.isEmpty()) {
        base = base.substring(0, base.lastIndexOf('/', base.length() - 2) + 1);
      }
      start = rest.indexOf('/', start) + 1;
    }
    rest = rest.substring(start);
    // Without separators to replace, the name is kept as it is: a \ may be part of it.
    return base.isEmpty() && !path.startsWith(".") ? path : base + rest;
  }

  private static void shape(JsonTree shape, AnnotationBuilder image, Masks masks, boolean wanted)
      throws IOException {
    String named = shape.text("shape_type");
    String type = named == null || named.isEmpty() ? "polygon" : named;
    switch (type) {
      case "polygon", "rectangle", "oriented_rectangle", "circle", "mask" -> {
        double[] xy = shape.points("points", 1, 1);
        int needed = type.equals("polygon") || type.equals("oriented_rectangle") ? 6 : 4;
        if (xy.length < needed) {
          image.unpainted(type + " of too few points");
          return;
        }
        String label = shape.id("label");
        int id = masks.options().labels().id(label);
        switch (type) {
          case "circle" -> {
            double radius = Math.hypot(xy[2] - xy[0], xy[3] - xy[1]);
            image.add(new Shape.Ellipse(id, xy[0], xy[1], radius, radius, 0));
          }
          case "mask" -> {
            if (wanted) {
              mask(shape, xy, id, image, masks);
            }
          }
          default ->
              image.add(
                  xy.length == 4
                      ? Shape.rectangle(
                          id,
                          Math.min(xy[0], xy[2]),
                          Math.min(xy[1], xy[3]),
                          Math.max(xy[0], xy[2]),
                          Math.max(xy[1], xy[3]),
                          0)
                      : new Shape.Polygon(id, xy));
        }
      }
      default -> image.unpainted(type);
    }
  }

  /** A PNG in Base64, placed at the upper left of two points; its pixels that are not 0 belong. */
  private static void mask(
      JsonTree shape, double[] xy, int id, AnnotationBuilder image, Masks masks)
      throws IOException {
    byte[] png;
    try {
      png = Base64.getMimeDecoder().decode(String.valueOf(shape.text("mask")));
    } catch (IllegalArgumentException e) {
      throw new FlipsideException("mask: not a PNG file in Base64", e);
    }
    DecodedImage decoded;
    try (PngEntry file = PngEntry.open(masks.file(), png, "mask", masks.options())) {
      decoded = file.colors();
    }
    int height = decoded.size().height();
    int width = decoded.size().width();
    RunLengths pixels = new RunLengths();
    for (int at = 0; at < height * width; at++) {
      pixels.add(decoded.color(at / width, at % width) != 0, 1);
    }
    int[] runs = pixels.toArray();
    masks.budget().spendNumbers(runs.length);
    if (runs.length == 1) {
      image.unpainted("empty mask");
      return;
    }
    image.add(
        new Shape.Mask(
            id,
            (int) Math.round(Math.min(xy[1], xy[3])),
            (int) Math.round(Math.min(xy[0], xy[2])),
            height,
            width,
            Shape.Scan.ROWS,
            runs));
  }
}
