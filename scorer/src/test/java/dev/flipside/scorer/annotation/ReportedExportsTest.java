package dev.flipside.scorer.annotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.scorer.annotation.export.AnnotatedImage;
import dev.flipside.scorer.annotation.export.CocoWriter;
import dev.flipside.scorer.annotation.export.CvatWriter;
import dev.flipside.scorer.annotation.export.MaskNames;
import dev.flipside.scorer.annotation.export.MasksWriter;
import dev.flipside.scorer.image.LabelReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Exports that other programs once could not read, or read otherwise than they were meant. */
class ReportedExportsTest {
  private static final ClassMap CLASSES = ClassMap.unnamed(5);
  private static final ImageSize SIZE = new ImageSize(37, 53);

  @TempDir private Path folder;

  private static AnnotatedImage.Source source(Map<String, LabelMap> labels) {
    Region all = new Region(0, 0, SIZE.height(), SIZE.width());
    return sink -> {
      for (Map.Entry<String, LabelMap> each : labels.entrySet()) {
        sink.accept(new AnnotatedImage(each.getKey(), List.of(all), each.getValue()));
      }
    };
  }

  /** Trainers leave crowds out, and an earlier export had nothing else. */
  @Test
  void coco_ofTwelveImages_hasNoCrowds() throws Exception {
    Path earlier = ImportedFile.resource("cases/coco-iscrowd/exp.coco");
    ObjectMapper json = new ObjectMapper();
    List<String> images = new ArrayList<>();
    for (JsonNode image : json.readTree(earlier.toFile()).get("images")) {
      images.add(image.get("file_name").asText());
    }
    ImportedFile imported =
        ImportedFile.read(earlier, AnnotationFormat.COCO, CLASSES, SIZE, Map.of(), images);
    assertThat(imported.faults).isEmpty();
    assertThat(imported.painted).hasSize(12);

    Path file = folder.resolve("export.json");
    try (OutputStream out = Files.newOutputStream(file)) {
      CocoWriter.write(source(imported.painted), "t", CLASSES, false, out, folder);
    }

    JsonNode annotations = json.readTree(file.toFile()).get("annotations");
    assertThat(annotations).hasSize(60).allMatch(each -> each.get("iscrowd").asInt() == 0);
    ImportedFile again =
        ImportedFile.read(file, AnnotationFormat.COCO, CLASSES, SIZE, Map.of(), images);
    assertThat(again.painted).isEqualTo(imported.painted);
  }

  /** An attribute of XML turns raw tabs and line feeds into blanks. */
  @Test
  void cvat_namesWithTabAndLineFeed_surviveAnXmlParser() throws Exception {
    Path names = ImportedFile.resource("cases/cvat-xml-tab-newline/names.json");
    List<String> images =
        Arrays.asList(new ObjectMapper().readValue(names.toFile(), String[].class));
    Map<String, LabelMap> labels = new TreeMap<>();
    images.forEach(name -> labels.put(name, LabelMap.unlabelled(SIZE, CLASSES)));

    Path file = folder.resolve("export.xml");
    try (OutputStream out = Files.newOutputStream(file);
        CvatWriter writer = CvatWriter.begin(out, "t", CLASSES, "manual")) {
      source(labels).stream(writer::add);
    }

    NodeList elements =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(file.toFile())
            .getElementsByTagName("image");
    List<String> read = new ArrayList<>();
    for (int index = 0; index < elements.getLength(); index++) {
      read.add(((Element) elements.item(index)).getAttribute("name"));
    }
    assertThat(read).containsExactlyInAnyOrderElementsOf(images);
  }

  /** Two images of one stem once were one entry of the ZIP. */
  @Test
  void masks_ofOneStem_areTwoEntries() throws Exception {
    Map<String, LabelMap> labels = new TreeMap<>();
    labels.put("x.png", label("one.png"));
    labels.put("x.jpg", label("two.png"));
    MaskNames names = new MaskNames();
    labels.keySet().forEach(names::register);

    Path file = folder.resolve("masks.zip");
    try (OutputStream out = Files.newOutputStream(file)) {
      MasksWriter.write(source(labels), names, CLASSES, out);
    }

    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (Map.Entry<String, LabelMap> each : labels.entrySet()) {
        Path entry = folder.resolve(each.getKey() + ".label.png");
        Files.copy(zip.getInputStream(zip.getEntry(names.entry(each.getKey()))), entry);
        assertThat(LabelReader.read(entry, CLASSES, null)).isEqualTo(each.getValue());
        assertThat(each.getValue().ids()).containsOnly(each.getKey().endsWith("png") ? 1 : 2);
      }
    }
  }

  private static LabelMap label(String name) {
    return LabelReader.read(
        ImportedFile.resource("cases/masks-export-same-stem/" + name), CLASSES, null);
  }
}
