package dev.flipside.scorer.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.image.LabelReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files of an archive or folder are read, and which are left out. */
class AnnotationArchivesTest {
  private static final ImageSize SIZE = new ImageSize(40, 60);

  @TempDir private Path folder;

  @Test
  void readCoco_filesWithoutSegmentation_areLeftOut() throws IOException {
    Path file =
        zip(
            Map.of(
                "captions.json",
                text(coco("a.png", "{\"id\":1,\"image_id\":1,\"caption\":\"a car\"}")),
                "image_info.json",
                text(coco("a.png", "")),
                "instances.json",
                text(coco("a.png", polygon()))));

    ImportedFile imported = read(file, AnnotationFormat.COCO);

    assertThat(imported.faults).isEmpty();
    assertThat(imported.labels("a.png").id(0, 0)).isEqualTo(1);
    assertThat(imported.entriesLeftOut)
        .hasSize(2)
        .anyMatch(each -> each.contains("captions.json"))
        .anyMatch(each -> each.contains("image_info.json"));
  }

  @Test
  void readCoco_oneImageInTwoFiles_isRefusedByTheirNames() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("instances_1.json", text(coco("a.png", polygon())));
    entries.put("instances_2.json", text(coco("a.png", polygon())));
    Path file = zip(entries);

    assertThatThrownBy(() -> read(file, AnnotationFormat.COCO))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("\"a.png\" is annotated in instances_1.json and in instances_2.json");
  }

  @Test
  void readCoco_imagesInTwoFiles_areBothRead() throws IOException {
    Path file =
        zip(
            Map.of(
                "train.json",
                text(coco("a.png", polygon())),
                "val.json",
                text(coco("b.png", polygon()))));

    ImportedFile imported = read(file, AnnotationFormat.COCO);

    assertThat(imported.faults).isEmpty();
    assertThat(imported.painted).containsOnlyKeys("a.png", "b.png");
  }

  @Test
  void readCvat_oneXmlOfAnotherName_isRead() throws IOException {
    String xml =
        "<annotations><image name='a.png' width='60' height='40'>"
            + "<box label='car' xtl='0' ytl='0' xbr='9' ybr='9'/></image></annotations>";

    ImportedFile imported = read(zip(Map.of("task 7.xml", text(xml))), AnnotationFormat.CVAT);

    assertThat(imported.faults).isEmpty();
    assertThat(imported.labels("a.png").id(0, 0)).isEqualTo(1);
    assertThatThrownBy(
            () -> read(zip(Map.of("1.xml", text(xml), "2.xml", text(xml))), AnnotationFormat.CVAT))
        .hasMessageContaining("the ZIP file has no annotations.xml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16BE", "UTF-16LE", "ISO-8859-1", "windows-1252"})
  void readCvat_ofEachEncoding_isRead(String encoding) throws IOException {
    String xml =
        "<?xml version='1.0' encoding='"
            + encoding
            + "'?>\n<annotations><image name='ä.png' width='60' height='40'>"
            + "<box label='car' xtl='0' ytl='0' xbr='9' ybr='9'/></image></annotations>";
    Path file = Files.write(folder.resolve("a.xml"), xml.getBytes(Charset.forName(encoding)));

    ImportedFile imported =
        ImportedFile.read(
            file, AnnotationFormat.CVAT, ImportedFile.CLASSES, SIZE, Map.of(), List.of("ä.png"));

    assertThat(imported.faults).isEmpty();
    assertThat(imported.painted).containsOnlyKeys("ä.png");
  }

  @Test
  void readCvat_bytesOfAnotherEncoding_areRefusedWithoutPrinting() throws IOException {
    byte[] xml =
        "<annotations><image name='ä.png'/></annotations>".getBytes(StandardCharsets.ISO_8859_1);
    Path file = Files.write(folder.resolve("a.xml"), xml);
    PrintStream before = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertThatThrownBy(() -> read(file, AnnotationFormat.CVAT))
          .isInstanceOf(FlipsideException.class)
          .hasMessageContaining("not well-formed XML");
    } finally {
      System.setErr(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"grey8.png", "uint8_lzw.tif", "uint16_big.tif", "grey8.bmp"})
  void readMasks_ofEachLosslessFormat_areRead(String name) throws IOException {
    Path resource = Path.of("src", "test", "resources", "labels", name);
    String entry = "labels/a." + name.substring(name.length() - 3);
    ClassMap classes = ClassMap.unnamed(4);
    byte[] bytes = Files.readAllBytes(resource);
    Path unpacked = Files.createDirectories(folder.resolve("unpacked/labels"));
    Files.write(unpacked.resolveSibling(entry), bytes);

    for (Path file : List.of(zip(Map.of(entry, bytes)), folder.resolve("unpacked"))) {
      ImportedFile imported =
          ImportedFile.read(
              file,
              AnnotationFormat.MASKS,
              classes,
              new ImageSize(5, 7),
              Map.of(),
              List.of("a.png"));

      assertThat(imported.faults).isEmpty();
      assertThat(imported.labels("a.png")).isEqualTo(LabelReader.read(resource, classes, null));
    }
  }

  @Test
  void readLabelStudio_taskAnnotatedTwice_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), task(false, false));

    ImportedFile imported = read(file, AnnotationFormat.LABEL_STUDIO);

    assertThat(imported.faults.get("a.png")).contains("annotated 2 times", "keep one");
  }

  @Test
  void readLabelStudio_cancelledAnnotation_isCounted() throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), task(false, true));

    ImportedFile imported = read(file, AnnotationFormat.LABEL_STUDIO);

    assertThat(imported.faults).isEmpty();
    assertThat(imported.unpainted).containsEntry("cancelled annotation", 1L);
    assertThat(imported.labels("a.png").id(0, 0)).isEqualTo(1);
  }

  private static String task(boolean... cancelled) {
    StringBuilder json = new StringBuilder("[{\"data\":{\"image\":\"a.png\"},\"annotations\":[");
    for (int i = 0; i < cancelled.length; i++) {
      json.append(i == 0 ? "" : ",")
          .append("{\"was_cancelled\":")
          .append(cancelled[i])
          .append(
              ",\"result\":[{\"type\":\"rectanglelabels\",\"original_width\":60,"
                  + "\"original_height\":40,\"value\":{\"x\":0,\"y\":0,\"width\":50,"
                  + "\"height\":50,\"rectanglelabels\":[\"car\"]}}]}");
    }
    return json.append("]}]").toString();
  }

  private static ImportedFile read(Path file, AnnotationFormat format) throws IOException {
    return ImportedFile.read(
        file, format, ImportedFile.CLASSES, SIZE, Map.of(), List.of("a.png", "b.png"));
  }

  private static String coco(String image, String annotations) {
    return "{\"images\":[{\"id\":1,\"file_name\":\""
        + image
        + "\",\"height\":40,\"width\":60}],\"categories\":[{\"id\":1,\"name\":\"car\"}],"
        + "\"annotations\":["
        + annotations
        + "]}";
  }

  private static String polygon() {
    return "{\"id\":1,\"image_id\":1,\"category_id\":1," + "\"segmentation\":[[0,0,6,0,6,4,0,4]]}";
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Path zip(Map<String, byte[]> entries) throws IOException {
    Path file = Files.createTempFile(folder, "answers", ".zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(each.getKey()));
        zip.write(each.getValue());
        zip.closeEntry();
      }
    }
    return file;
  }
}
