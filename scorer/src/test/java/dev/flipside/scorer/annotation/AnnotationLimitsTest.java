package dev.flipside.scorer.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.annotation.archive.ArchiveLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small files that describe far more than they hold. */
class AnnotationLimitsTest {
  private static final ImageSize SIZE = new ImageSize(40, 60);

  @TempDir private Path folder;

  private static ImportedFile read(
      Path file, AnnotationFormat format, ArchiveLimits limits, List<String> images)
      throws IOException {
    return ImportedFile.read(
        file, format, ImportedFile.options(ImportedFile.CLASSES, Map.of(), limits), SIZE, images);
  }

  private static ArchiveLimits limits(long pixels, long jsonValues) {
    return new ArchiveLimits(1000, 1 << 24, 1 << 26, pixels, jsonValues);
  }

  @ParameterizedTest
  @CsvSource({
    "masks/pillow.zip,MASKS",
    "voc/pillow.zip,VOC",
    "coco-panoptic/datumaro.zip,COCO_PANOPTIC"
  })
  void read_moreMasksThanThePixels_furtherOnesAreRefusedByName(String name, AnnotationFormat format)
      throws IOException {
    Path file = ImportedFile.resource(name);
    List<String> images = List.of("palette.jpg", "grey.jpg", "sub/one.jpg");
    int all = read(file, format, limits(Integer.MAX_VALUE, 1000), images).painted.size();
    assertThat(all).isPositive();
    ImportedFile few = read(file, format, limits(SIZE.pixels() * all - 1, 1000), images);
    assertThat(few.painted).hasSize(all - 1);
    assertThat(few.faults.values()).anyMatch(each -> each.contains("import the file in parts"));
  }

  @ParameterizedTest
  @CsvSource({
    "masks/pillow.zip,MASKS",
    "voc/pillow.zip,VOC",
    "coco-panoptic/datumaro.zip,COCO_PANOPTIC"
  })
  void read_masksOfNoImageOfThePool_areNotDecoded(String name, AnnotationFormat format)
      throws IOException {
    ImportedFile imported =
        read(ImportedFile.resource(name), format, limits(0, 1000), List.of("other.png"));
    assertThat(imported.faults.values())
        .isNotEmpty()
        .noneMatch(each -> each.contains("import the file in parts"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "COCO|{\"annotations\": [|{}|]}",
        "COCO|{\"images\": [{\"id\": [|1|]}]}",
        "COCO_PANOPTIC|{\"annotations\": [|{}|]}",
        "LABEL_STUDIO|[{\"data\": [|{}|]}]",
        "LABELME|{\"shapes\": [|{}|]}",
        "LABELME|{\"shapes\": [{}, |1|]}"
      })
  void read_manyJsonValues_isRefused(
      AnnotationFormat format, String before, String value, String after) throws IOException {
    String json = before + (value + ",").repeat(20_000) + value + after;
    Path file = folder.resolve("file");
    if (format == AnnotationFormat.COCO_PANOPTIC) {
      try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
        zip.putNextEntry(new ZipEntry("a.json"));
        zip.write(json.getBytes(StandardCharsets.UTF_8));
      }
    } else {
      Files.writeString(file, json);
    }
    assertThatThrownBy(() -> read(file, format, limits(1000, 1000), List.of("a.png")))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContainingAll("more than 1000 values", "in parts");
  }

  @Test
  void readLabelStudio_moreThanAMillionTasks_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "[" + "1,".repeat(1_000_000) + "1]");
    assertThatThrownBy(
            () -> read(file, AnnotationFormat.LABEL_STUDIO, limits(0, 1), List.of("a.png")))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("more than 1000000 images");
  }

  private Path video(int lastFrame) throws IOException {
    String polygon = "<polygon frame='%d' points='" + "0,0;".repeat(499_999) + "0,0'/>";
    return Files.writeString(
        folder.resolve("tracks.xml"),
        "<annotations><original_size><width>1</width><height>1</height></original_size>"
            + "<track label='car'>"
            + polygon.replace("%d", "0")
            + polygon.replace("%d", Integer.toString(lastFrame))
            + "</track></annotations>");
  }

  @Test
  void readCvat_polygonOverManyFramesOfNoImage_isNotInterpolated() throws IOException {
    Path file = video(100_000);
    ImportedFile imported =
        assertTimeoutPreemptively(
            Duration.ofSeconds(60),
            () -> read(file, AnnotationFormat.CVAT, limits(0, 0), List.of("frame_000007.png")));
    assertThat(imported.painted).containsOnlyKeys("frame_000007.png");
  }

  @Test
  void readCvat_coordinatesOfAllFramesTooMany_furtherFramesAreRefused() throws IOException {
    Path file = video(400);
    List<String> images =
        IntStream.rangeClosed(0, 400).mapToObj("frame_%06d.png"::formatted).toList();
    ImportedFile imported = read(file, AnnotationFormat.CVAT, limits(0, 0), images);
    // 2^28 numbers are enough for 268 frames of a million.
    assertThat(imported.painted).hasSize(268);
    assertThat(imported.faults).hasSize(133);
    assertThat(imported.faults.get("frame_000400.png")).contains("in parts");
  }
}
