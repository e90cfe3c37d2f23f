package dev.flipside.scorer.annotation;

import static dev.flipside.scorer.annotation.ImportedFile.expected;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.scorer.annotation.export.AnnotatedImage;
import dev.flipside.scorer.annotation.export.CocoWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rarer content of annotation files as other programs write it: {@code
 * src/test/python/make_annotation_variants.py} makes them.
 */
class AnnotationVariantsTest {
  private static final ImageSize SIZE = new ImageSize(40, 60);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private static LabelMap of(int id) {
    byte[] ids = new byte[(int) SIZE.pixels()];
    Arrays.fill(ids, (byte) id);
    return new LabelMap(SIZE, ids);
  }

  @Test
  void readCvat_emptyMasksOfDatumaro_paintNothing() throws IOException {
    ImportedFile imported =
        ImportedFile.read(
            "cvat/datumaro-empty.xml", AnnotationFormat.CVAT, "tab\there.jpg", "nl\nline.jpg");

    assertThat(imported.faults).isEmpty();
    assertThat(imported.labels("tab\there.jpg"))
        .isEqualTo(expected("cvat/datumaro-empty.png", ImportedFile.CLASSES));
    assertThat(imported.labels("nl\nline.jpg")).isEqualTo(of(2));
    assertThat(imported.unpainted).isEqualTo(Map.of("empty mask", 2L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"elementtree", "lxml"})
  void readCvat_masksOfItsSdk_forAnyNames(String program) throws IOException {
    String[] names =
        JSON.readValue(ImportedFile.resource("cvat/names.json").toFile(), String[].class);

    ImportedFile imported =
        ImportedFile.read("cvat/" + program + ".xml", AnnotationFormat.CVAT, names);

    assertThat(imported.faults).isEmpty();
    assertThat(imported.painted).containsOnlyKeys(names);
    LabelMap right = expected("cvat/sdk.png", ImportedFile.CLASSES);
    assertThat(imported.painted.values()).allMatch(right::equals);
    assertThat(imported.unpainted).isEqualTo(Map.of("empty mask", (long) names.length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"questions", "questions-converted", "questions-min"})
  void readLabelStudio_ellipsesAndAnswers_areasPaintedRestCounted(String name) throws IOException {
    ImportedFile imported =
        ImportedFile.read(
            "label-studio/" + name + ".json", AnnotationFormat.LABEL_STUDIO, "set/one.png");

    assertThat(imported.faults).isEmpty();
    assertThat(imported.labels("set/one.png"))
        .isEqualTo(expected("label-studio/questions.png", ImportedFile.CLASSES));
    assertThat(imported.unpainted).containsEntry("empty mask", 1L);
  }

  @Test
  void writeCoco_labelMap_givesTheRunLengthsOfPycocotools() throws IOException {
    LabelMap labels = expected("coco/pycocotools.png", ImportedFile.CLASSES);
    Region all = new Region(0, 0, SIZE.height(), SIZE.width());
    Path file = folder.resolve("export.json");
    try (OutputStream out = Files.newOutputStream(file)) {
      CocoWriter.write(
          sink -> sink.accept(new AnnotatedImage("a.png", List.of(all), labels)),
          "t",
          ImportedFile.CLASSES,
          false,
          out,
          folder);
    }

    JsonNode document = JSON.readTree(file.toFile());
    JsonNode right = JSON.readTree(ImportedFile.resource("coco/pycocotools.json").toFile());
    assertThat(document.get("annotations")).hasSize(right.size());
    for (int at = 0; at < right.size(); at++) {
      JsonNode found = document.get("annotations").get(at);
      assertThat(found.get("iscrowd").asInt()).isZero();
      assertThat(found.at("/segmentation/counts").asText())
          .isEqualTo(right.get(at).get("counts").asText());
      assertThat(found.get("area").asDouble()).isEqualTo(right.get(at).get("area").asDouble());
      for (int side = 0; side < 4; side++) {
        assertThat(found.get("bbox").get(side).asDouble())
            .isEqualTo(right.get(at).get("bbox").get(side).asDouble());
      }
      assertThat(category(document, found.get("category_id").asInt()))
          .isEqualTo(right.get(at).get("category").asText());
    }
  }

  private static String category(JsonNode document, int id) {
    for (JsonNode each : document.get("categories")) {
      if (each.get("id").asInt() == id) {
        return each.get("name").asText();
      }
    }
    throw new AssertionError("no category " + id);
  }

  /** Crowds and objects of datumaro alike become objects that trainers use. */
  @ParameterizedTest
  @ValueSource(strings = {"coco/instances.json", "coco/datumaro.zip"})
  void writeCoco_whatOtherProgramsLabelled_hasNoCrowds(String resource) throws IOException {
    String name = resource.endsWith("zip") ? "sub/one.jpg" : "train/one.png";
    LabelMap labels = ImportedFile.read(resource, AnnotationFormat.COCO, name).labels(name);
    Region all = new Region(0, 0, SIZE.height(), SIZE.width());
    Path file = folder.resolve("export.json");
    try (OutputStream out = Files.newOutputStream(file)) {
      CocoWriter.write(
          sink -> sink.accept(new AnnotatedImage(name, List.of(all), labels)),
          "t",
          ImportedFile.CLASSES,
          false,
          out,
          folder);
    }

    assertThat(JSON.readTree(file.toFile()).get("annotations"))
        .hasSize(3)
        .allMatch(each -> each.get("iscrowd").asInt() == 0);
    assertThat(
            ImportedFile.read(
                    file,
                    AnnotationFormat.COCO,
                    ImportedFile.CLASSES,
                    SIZE,
                    Map.of(),
                    List.of(name))
                .labels(name))
        .isEqualTo(labels);
  }

  @ParameterizedTest
  @ValueSource(strings = {"infozip", "7zip"})
  void readMasks_packedStemsOfSeveralImages_areToldApart(String program) throws IOException {
    ImportedFile imported =
        ImportedFile.read(
            "masks/stems-" + program + ".zip",
            AnnotationFormat.MASKS,
            "x.png",
            "x.jpg",
            "x.tif",
            "X.webp",
            "sub/x.png");

    assertThat(imported.faults).isEmpty();
    assertThat(imported.painted)
        .isEqualTo(
            Map.of(
                "x.png",
                of(0),
                "x.jpg",
                of(1),
                "x.tif",
                of(2),
                "X.webp",
                of(0),
                "sub/x.png",
                of(1)));
  }

  static Stream<Path> archives() throws IOException {
    try (Stream<Path> files = Files.list(ImportedFile.resource("archives"))) {
      return files.filter(file -> file.toString().endsWith(".zip")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("archives")
  void readMasks_archiveOfAnyProgram_isReadOrRefusedByName(Path file) throws IOException {
    ImportedFile imported =
        ImportedFile.read(
            file, AnnotationFormat.MASKS, ImportedFile.CLASSES, SIZE, Map.of(), List.of("one.jpg"));

    if (file.getFileName().toString().startsWith("refused")) {
      assertThat(imported.painted).isEmpty();
      assertThat(imported.faults.values())
          .singleElement()
          .asString()
          .contains("labels/one.png", "unsupported method");
    } else {
      assertThat(imported.faults).isEmpty();
      assertThat(imported.labels("one.jpg"))
          .isEqualTo(expected("archives/one.png", ImportedFile.CLASSES));
    }
  }
}
