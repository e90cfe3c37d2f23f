package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.annotation.archive.AnnotationFile;
import dev.flipside.scorer.annotation.archive.ArchiveTooLargeException;
import dev.flipside.scorer.annotation.export.MaskNames;
import dev.flipside.scorer.annotation.model.Annotation;
import dev.flipside.scorer.annotation.model.AnnotationBuilder;
import dev.flipside.scorer.annotation.model.ImageReference;
import dev.flipside.scorer.annotation.model.ReadOptions;
import dev.flipside.scorer.annotation.shape.Shape;
import dev.flipside.scorer.image.DecodedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads the segmentation of Pascal VOC, as CVAT writes it as "Segmentation mask 1.1": colored PNG
 * files in {@code SegmentationClass/}, with a palette or not, and the colors of the labels in
 * {@code labelmap.txt}. {@code background}, unless it is a class, and the border color of VOC are
 * unlabelled. Where no label has a color, the palette of VOC is meant.
 */
final class VocReader {
  private static final String FOLDER = "segmentationclass/";
  private static final String LABELS = "labelmap.txt";
  private static final String BACKGROUND = "background";

  /** (224, 224, 192), borders of objects. */
  private static final int VOID = 0xE0E0C0;

  private final Map<Integer, String> colors;
  private final Set<Integer> shared;
  private final ReadOptions options;

  private VocReader(Map<Integer, String> colors, Set<Integer> shared, ReadOptions options) {
    this.colors = colors;
    this.shared = shared;
    this.options = options;
  }

  /**
   * Reads an archive.
   *
   * @throws FlipsideException if the file is no such archive, or its colors are unknown
   */
  static void read(AnnotationFile file, ReadOptions options, Annotation.Sink sink)
      throws IOException {
    Documents.requireArchive(file, "SegmentationClass/NAME.png and " + LABELS);
    List<AnnotationFile.Entry> maps =
        file.entries().stream()
            .filter(entry -> Documents.fileName(entry).equalsIgnoreCase(LABELS))
            .toList();
    if (maps.size() != 1) {
      throw new FlipsideException(
          "the ZIP file has "
              + (maps.isEmpty() ? "no " : "more than one ")
              + LABELS
              + ", which gives the colors; export the task as \"Segmentation mask 1.1\"");
    }
    VocReader reader = reader(file, maps.get(0), options);
    List<AnnotationFile.Entry> masks =
        Documents.select(
            file,
            sink,
            entry -> inFolder(entry) >= 0 && entry.hasExtension(MaskNames.EXTENSION),
            "SegmentationClass/NAME.png; export the task as \"Segmentation mask 1.1\"");
    for (AnnotationFile.Entry each : masks) {
      sink.accept(reader.annotation(file, each, sink));
    }
  }

  /** Returns where the path within the folder begins, or -1. */
  private static int inFolder(AnnotationFile.Entry entry) {
    String path = "/" + entry.name().replace('\\', '/').toLowerCase(Locale.ROOT);
    int at = path.indexOf("/" + FOLDER);
    return at < 0 ? -1 : at + FOLDER.length();
  }

  /** Lines are {@code label:red,green,blue:parts:actions}. */
  private static VocReader reader(
      AnnotationFile file, AnnotationFile.Entry entry, ReadOptions options) throws IOException {
    Map<Integer, String> colors = new HashMap<>();
    Set<Integer> shared = new HashSet<>();
    List<String> uncolored = new ArrayList<>();
    file.read(
        entry,
        in -> {
          String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\ufeff", "");
          for (String line : text.split("\\R", -1)) {
            if (line.isBlank() || line.startsWith("#")) {
              continue;
            }
            String[] fields = line.split(":", -1);
            if (fields.length < 4) {
              throw new FlipsideException(
                  LABELS + ": \"" + line + "\", expected label:red,green,blue:parts:actions");
            }
            int named = fields.length - 3;
            String label = String.join(":", Arrays.copyOf(fields, named));
            uncolored.add(label);
            if (!fields[named].isBlank()) {
              int color = color(fields[named], line);
              String other = colors.put(color, label);
              if (other != null && !other.equals(label)) {
                shared.add(color);
              }
            }
          }
        });
    if (colors.isEmpty()) {
      for (int index = 0; index < Math.min(256, uncolored.size()); index++) {
        colors.put(vocColor(index), uncolored.get(index));
      }
    }
    return new VocReader(colors, shared, options);
  }

  /** Returns a color of the palette of VOC, which is meant where no label has a color. */
  private static int vocColor(int index) {
    int color = 0;
    for (int bit = 0; bit < 24; bit++) {
      // Bits 0, 3, 6 of the index are the highest bits of red, bits 1, 4, 7 those of green, ….
      int channel = bit % 3;
      color |= (index >> bit & 1) << (16 - 8 * channel + 7 - bit / 3);
    }
    return color;
  }

  private static int color(String text, String line) {
    String[] channels = text.split(",", -1);
    int color = 0;
    for (String each : channels) {
      String value = each.strip();
      if (channels.length != 3 || !value.matches("\\d{1,3}") || Integer.parseInt(value) > 255) {
        throw new FlipsideException(LABELS + ": \"" + line + "\", expected a color as 255,0,0");
      }
      color = color << 8 | Integer.parseInt(value);
    }
    return color;
  }

  private Annotation annotation(
      AnnotationFile file, AnnotationFile.Entry entry, Annotation.Sink sink) throws IOException {
    ImageReference reference =
        ImageReference.stem(MaskNames.stem(entry.name().substring(inFolder(entry))));
    AnnotationBuilder image = new AnnotationBuilder(entry.name(), reference);
    try (PngEntry png = PngEntry.open(file, entry, options)) {
      if (sink.wants(reference)) {
        DecodedImage decoded = png.colors();
        image.size(decoded.size());
        image.add(new Shape.Labels(labels(decoded), options.labels().classes().ignoreIndex()));
      }
    } catch (ArchiveTooLargeException e) {
      throw e;
    } catch (FlipsideException e) {
      image.fault(String.valueOf(e.getMessage()));
    }
    return image.build();
  }

  private LabelMap labels(DecodedImage image) {
    LabelMap labels = LabelMap.unlabelled(image.size(), options.labels().classes());
    Map<Integer, Integer> ids = new HashMap<>();
    int last = -1;
    int id = 0;
    int width = image.size().width();
    for (int y = 0; y < image.size().height(); y++) {
      for (int x = 0; x < width; x++) {
        int color = image.color(y, x);
        if (color != last) {
          last = color;
          id = ids.computeIfAbsent(color, this::id);
        }
        labels.ids()[y * width + x] = (byte) id;
      }
    }
    return labels;
  }

  private int id(int color) {
    String label = colors.get(color);
    int ignored = options.labels().classes().ignoreIndex();
    if (label == null && color == VOID) {
      return ignored;
    }
    if (label == null || shared.contains(color)) {
      throw new FlipsideException(
          String.format(
              Locale.ROOT,
              "color %d,%d,%d is %s in %s",
              color >> 16,
              color >> 8 & 0xFF,
              color & 0xFF,
              label == null ? "not" : "given to several labels",
              LABELS));
    }
    return label.equals(BACKGROUND) && !options.labels().knows(label)
        ? ignored
        : options.labels().id(label);
  }
}
