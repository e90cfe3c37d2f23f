package dev.flipside.scorer.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.SegmentationClass;
import dev.flipside.scorer.annotation.export.AnnotatedImage;
import dev.flipside.scorer.annotation.export.CocoWriter;
import dev.flipside.scorer.annotation.export.CvatWriter;
import dev.flipside.scorer.annotation.export.LabelStudioWriter;
import dev.flipside.scorer.annotation.export.MaskNames;
import dev.flipside.scorer.annotation.export.MasksWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is exported comes back by import, whatever the names of the images. */
class ExportRoundTripTest {
  private static final ImageSize SIZE = new ImageSize(9, 13);
  private static final ClassMap CLASSES =
      ClassMap.of(
          7,
          new SegmentationClass("a <&> \"b\"", 1),
          new SegmentationClass("tab\there", 2),
          new SegmentationClass("\u65e5\u672c", 3));
  private static final List<String> NAMES =
      List.of(
          "x.png",
          "x.jpg",
          "x.png.jpg",
          "X.PNG",
          "sub/x.png",
          "labels/x.png",
          "labels/labels/x.png",
          "tab\there.png",
          "nl\nline.png",
          "cr\rreturn.png",
          "q\"u&<>'.png",
          "emoji\ud83d\ude00.png",
          " blank .png",
          "p%20q.png",
          "plus+.png",
          "semi;colon#hash?.png",
          "\u00fc \u00e9.png",
          "back\\slash.png",
          "back/slash.png",
          "C:\\x\\y.png",
          "http:/x/y.png",
          ".png",
          "..png",
          "no-extension",
          "a.b.c.webp",
          "-->.png",
          "]]>.png",
          "&#9;.png",
          "n".repeat(246) + ".png",
          "\u65e5".repeat(82) + ".tiff");

  /** Formats that are written and read. */
  enum Format {
    CVAT(AnnotationFormat.CVAT),
    LABEL_STUDIO(AnnotationFormat.LABEL_STUDIO),
    COCO(AnnotationFormat.COCO),
    COCO_CROWDS(AnnotationFormat.COCO),
    MASKS(AnnotationFormat.MASKS);

    private final AnnotationFormat read;

    Format(AnnotationFormat read) {
      this.read = read;
    }
  }

  @TempDir private Path folder;

  private static Map<String, LabelMap> labels(List<String> names, Random random) {
    Map<String, LabelMap> labels = new TreeMap<>();
    for (String name : names) {
      byte[] ids = new byte[(int) SIZE.pixels()];
      for (int at = 0; at < ids.length; at++) {
        ids[at] = (byte) (random.nextInt(4) == 3 ? 7 : random.nextInt(3));
      }
      labels.put(name, new LabelMap(SIZE, ids));
    }
    return labels;
  }

  private Path export(Format format, Map<String, LabelMap> labels) throws IOException {
    Path file = folder.resolve("export");
    Region all = new Region(0, 0, SIZE.height(), SIZE.width());
    AnnotatedImage.Source images =
        sink -> {
          for (Map.Entry<String, LabelMap> each : labels.entrySet()) {
            sink.accept(new AnnotatedImage(each.getKey(), List.of(all), each.getValue()));
          }
        };
    try (OutputStream out = Files.newOutputStream(file)) {
      switch (format) {
        case CVAT -> {
          try (CvatWriter writer = CvatWriter.begin(out, "task", CLASSES, "manual")) {
            images.stream(writer::add);
          }
        }
        case LABEL_STUDIO -> {
          try (LabelStudioWriter writer =
              LabelStudioWriter.begin(out, "c", CLASSES, "annotations", name -> "http://x/y")) {
            images.stream(writer::add);
          }
        }
        case MASKS -> {
          MaskNames names = new MaskNames();
          labels.keySet().forEach(names::register);
          MasksWriter.write(images, names, CLASSES, out);
        }
        case COCO, COCO_CROWDS ->
            CocoWriter.write(images, "c", CLASSES, format == Format.COCO_CROWDS, out, folder);
      }
    }
    return file;
  }

  private void assertComesBack(Format format, List<String> names, Random random)
      throws IOException {
    Map<String, LabelMap> labels = labels(names, random);
    ImportedFile imported =
        ImportedFile.read(export(format, labels), format.read, CLASSES, SIZE, Map.of(), names);
    assertThat(imported.faults).isEmpty();
    assertThat(imported.painted).isEqualTo(labels);
  }

  @ParameterizedTest
  @EnumSource
  void import_ofExport_knownNames_isTheSame(Format format) throws IOException {
    assertComesBack(format, NAMES, new Random(3));
  }

  @ParameterizedTest
  @EnumSource
  void import_ofExport_anyNames_isTheSame(Format format) throws IOException {
    Random random = new Random(4);
    String alphabet = "ab.//\\\t\n\r\"'&<>;#%+ :*?|~$(){}[]\u00e4\u65e5\u0301-_0";
    for (int round = 0; round < 40; round++) {
      TreeSet<String> names = new TreeSet<>();
      while (names.size() < 12) {
        StringBuilder name = new StringBuilder();
        for (int length = random.nextInt(1, 9); length > 0; length--) {
          name.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        // As paths of a pool: relative, without empty parts, "." and "..".
        String path = ("/" + name + "x").replaceAll("/[/.]*(?=/|$)", "").replaceAll("/\\.+", "/d");
        path = path.substring(Math.min(path.length(), 1));
        names.add((path.isEmpty() ? "y" : path) + (random.nextBoolean() ? ".png" : ".jpg"));
      }
      List<String> shuffled = new ArrayList<>(names);
      Collections.shuffle(shuffled, random);
      assertComesBack(format, shuffled, random);
    }
  }

  @Test
  void maskNames_onlySharedOnesKeepTheExtension() {
    MaskNames names = new MaskNames();
    List.of("x.png", "x.jpg", "y.png", "sub/x.png").forEach(names::register);
    assertThat(names.entry("x.png")).isEqualTo("labels/x.png.png");
    assertThat(names.entry("x.jpg")).isEqualTo("labels/x.jpg.png");
    assertThat(names.entry("y.png")).isEqualTo("labels/y.png");
    assertThat(names.entry("sub/x.png")).isEqualTo("labels/sub/x.png");
  }

  /** On macOS and Windows, such names would be one file. */
  @Test
  void maskNames_differingInCaseOrNormalization_areShared() {
    MaskNames names = new MaskNames();
    List.of("x.png", "X.jpg", "\u00fc.png", "u\u0308.tif").forEach(names::register);
    assertThat(names.entry("x.png")).isEqualTo("labels/x.png.png");
    assertThat(names.entry("X.jpg")).isEqualTo("labels/X.jpg.png");
    assertThat(names.entry("\u00fc.png")).isEqualTo("labels/\u00fc.png.png");
    assertThat(names.entry("u\u0308.tif")).isEqualTo("labels/u\u0308.tif.png");
  }

  @Test
  void exportCvat_namesThatXmlCannotHold_areLeftOutAndCounted() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Map<String, LabelMap> labels = labels(List.of("a\u0001--.png", "b.png"), new Random(1));
    try (CvatWriter writer = CvatWriter.begin(out, "task", CLASSES, "manual")) {
      for (Map.Entry<String, LabelMap> each : labels.entrySet()) {
        writer.add(new AnnotatedImage(each.getKey(), List.of(), each.getValue()));
      }
      assertThat(writer.leftOut()).containsExactly("a\\u0001\\u002d\\u002d.png");
    }
    String xml = out.toString(StandardCharsets.UTF_8);
    Path file = Files.writeString(folder.resolve("a.xml"), xml);
    ImportedFile imported =
        ImportedFile.read(
            file, AnnotationFormat.CVAT, CLASSES, SIZE, Map.of(), List.copyOf(labels.keySet()));
    assertThat(imported.painted.keySet()).containsExactly("b.png");
    assertThat(xml).contains("1 images left out");
    ClassMap impossible = ClassMap.of(1, new SegmentationClass("x\u0001", 1));
    assertThatThrownBy(() -> CvatWriter.begin(out, "task", impossible, "manual"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("x\\u0001");
  }

  @Test
  void exportCoco_annotations_areNoCrowdsUnlessAskedFor() throws IOException {
    Map<String, LabelMap> labels = labels(List.of("a.png"), new Random(1));
    for (Format format : List.of(Format.COCO, Format.COCO_CROWDS)) {
      JsonNode document = new ObjectMapper().readTree(export(format, labels).toFile());
      for (JsonNode each : document.get("annotations")) {
        assertThat(each.get("iscrowd").asInt()).isEqualTo(format == Format.COCO ? 0 : 1);
        assertThat(each.at("/segmentation/counts").isTextual()).isEqualTo(format == Format.COCO);
      }
      assertThat(document.get("annotations")).hasSize(3);
    }
  }

  /** What Label Studio returns has our data, whatever it does to the URL. */
  @Test
  void importLabelStudio_ofForeignUrl_dataDecides() throws IOException {
    Map<String, LabelMap> labels = labels(List.of("sub/a.png"), new Random(1));
    Path file = export(Format.LABEL_STUDIO, labels);
    ObjectMapper json = new ObjectMapper();
    ArrayNode tasks = (ArrayNode) json.readTree(file.toFile());
    ((ObjectNode) tasks.get(0).get("data")).put("image", "/data/upload/1/other.png");
    Files.write(file, json.writeValueAsBytes(tasks));
    ImportedFile imported =
        ImportedFile.read(
            file, AnnotationFormat.LABEL_STUDIO, CLASSES, SIZE, Map.of(), List.of("sub/a.png"));
    assertThat(imported.painted).isEqualTo(labels);
  }
}
