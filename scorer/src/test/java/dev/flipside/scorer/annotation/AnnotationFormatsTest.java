package dev.flipside.scorer.annotation;

import static dev.flipside.scorer.annotation.ImportedFile.expected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.annotation.model.LabelClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that other programs wrote; src/test/python/make_annotation_fixtures.py made them. */
class AnnotationFormatsTest {
  @TempDir private Path folder;

  private ImportedFile read(String text, AnnotationFormat format, String... images)
      throws IOException {
    Path file = Files.writeString(folder.resolve("file"), text);
    return ImportedFile.read(
        file, format, ImportedFile.CLASSES, new ImageSize(40, 60), Map.of(), List.of(images));
  }

  @ParameterizedTest
  @CsvSource({
    "cvat-empty-mask,answers.xml,CVAT,0.0",
    "ls-choices,answers.json,LABEL_STUDIO,0.0",
    "ls-ellipse,answers.json,LABEL_STUDIO,0.004",
    "zip-stored-stream,answers.zip,CVAT,0.0"
  })
  void read_knownCases_labelMapsAsRight(
      String name, String file, AnnotationFormat format, double tolerance) throws IOException {
    ClassMap classes = ClassMap.unnamed(5);
    ImportedFile imported =
        ImportedFile.read(
            ImportedFile.resource("cases/" + name + "/" + file),
            format,
            classes,
            new ImageSize(37, 53),
            Map.of(),
            List.of("one.png", "two.png"));
    assertThat(imported.faults).isEmpty();
    for (String image : List.of("one.png", "two.png")) {
      assertThat(
              differing(imported.labels(image), expected("cases/" + name + "/" + image, classes)))
          .isLessThanOrEqualTo((int) (tolerance * 37 * 53));
    }
  }

  private static int differing(LabelMap painted, LabelMap expected) {
    assertThat(painted.size()).isEqualTo(expected.size());
    int differing = 0;
    for (int at = 0; at < expected.ids().length; at++) {
      differing += painted.ids()[at] == expected.ids()[at] ? 0 : 1;
    }
    return differing;
  }

  @Test
  void readCvat_ofDatumaro_shapesPaintedRestCounted() throws IOException {
    ImportedFile imported =
        ImportedFile.read("cvat/datumaro.xml", AnnotationFormat.CVAT, "sub/one.jpg");
    assertThat(imported.faults).isEmpty();
    assertThat(imported.labels("sub/one.jpg"))
        .isEqualTo(expected("cvat/datumaro.png", ImportedFile.CLASSES));
    assertThat(imported.unpainted).isEqualTo(Map.of("polyline", 1L, "points", 1L));
  }

  @Test
  void readCvat_skeletonTagCuboidAttributes_areCounted() throws IOException {
    ImportedFile imported =
        read(
            """
            <annotations><image name="a.png" width="60" height="40">
              <tag label="night"/>
              <skeleton label="person"><points label="head" points="1,1"/><points label="hand" points="2,2"/></skeleton>
              <cuboid label="car" xtl1="1"/>
              <box label="car" xtl="0" ytl="0" xbr="60" ybr="20"><attribute name="x">y</attribute></box>
              <polygon label="car" points="1,1;2,2"/>
              <ellipse label="tree" cx="30" cy="30" rx="5" ry="5"/>
            </image></annotations>
            """,
            AnnotationFormat.CVAT,
            "a.png");
    assertThat(imported.faults).isEmpty();
    assertThat(imported.unpainted)
        .isEqualTo(
            Map.of("tag", 1L, "skeleton", 1L, "cuboid", 1L, "polygon of less than 3 corners", 1L));
    LabelMap labels = imported.labels("a.png");
    assertThat(labels.id(0, 0)).isEqualTo(1);
    assertThat(labels.id(19, 59)).isEqualTo(1);
    assertThat(labels.id(20, 0)).isEqualTo(255);
    assertThat(labels.id(30, 30)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rle='' width='1' height='1'",
        "rle='' width='0' height='0'",
        "rle='4' width='2' height='2'",
        "rle='0' width='1' height='1'",
        "rle='2, 0, 2' width='2' height='2'"
      })
  void readCvat_emptyMask_paintsNothingAndIsCounted(String mask) throws IOException {
    ImportedFile imported =
        read(
            "<annotations><image name='a.png' width='60' height='40'><mask label='bus' left='0' top='0' "
                + mask
                + "/><box label='car' xtl='0' ytl='0' xbr='9' ybr='9'/></image></annotations>",
            AnnotationFormat.CVAT,
            "a.png");
    assertThat(imported.faults).isEmpty();
    assertThat(imported.unpainted).isEqualTo(Map.of("empty mask", 1L));
    assertThat(box(imported.labels("a.png"), 1)).isEqualTo("0,0 9,9");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'type': 'choices', 'value': {'choices': ['x']}}|choices",
        "{'type': 'textarea', 'value': {'text': ['x']}}|textarea",
        "{'type': 'rating', 'value': {'rating': 3}}|rating",
        "{'type': 'taxonomy', 'value': {'taxonomy': [['a', 'b']]}}|taxonomy",
        "{'type': 'relation', 'from_id': 'a', 'to_id': 'b'}|relation",
        "{'type': 'keypointlabels', 'original_width': 60, 'original_height': 40, 'value': {'x': 1, 'y': 1, 'width': 1, 'keypointlabels': ['bus']}}|keypointlabels",
        "{'type': 'vectorlabels', 'value': {'vertices': [], 'vectorlabels': ['bus']}}|vectorlabels",
        "{'type': 'number', 'value': 7}|number"
      })
  void readLabelStudio_whatCoversNoArea_paintsNothingAndIsCounted(String result, String kind)
      throws IOException {
    ImportedFile imported =
        read(
            "[{'data': {'image': 'a.png'}, 'annotations': [{'result': [".replace('\'', '"')
                + result.replace('\'', '"')
                + ", {'type': 'ellipselabels', 'original_width': 60, 'original_height': 40, 'value': {'x': 50, 'y': 50, 'radiusX': 10, 'radiusY': 15, 'rotation': 90, 'ellipselabels': ['car']}}]}]}]"
                    .replace('\'', '"'),
            AnnotationFormat.LABEL_STUDIO,
            "a.png");
    assertThat(imported.faults).isEmpty();
    assertThat(imported.unpainted).isEqualTo(Map.of(kind, 1L));
    assertThat(box(imported.labels("a.png"), 1)).isEqualTo("24,14 36,26");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0|20,15 40,25", "90|25,10 35,30", "180|20,15 40,25", "-90|25,10 35,30"})
  void readLabelStudio_rotatedEllipse_isTurned(double degrees, String bounds) throws IOException {
    ImportedFile imported =
        read(
            "[{\"data\": {\"image\": \"a.png\"}, \"annotations\": [{\"result\": [{\"type\": \"ellipselabels\", \"original_width\": 60, \"original_height\": 40, \"value\": {\"x\": 50, \"y\": 50, \"radiusX\": "
                + 10.0 / 60 * 100
                + ", \"radiusY\": "
                + 5.0 / 40 * 100
                + ", \"rotation\": "
                + degrees
                + ", \"ellipselabels\": [\"car\"]}}]}]}]",
            AnnotationFormat.LABEL_STUDIO,
            "a.png");
    assertThat(box(imported.labels("a.png"), 1)).isEqualTo(bounds);
  }

  @Test
  void readCvat_oddImages_areRefusedAndOthersAreRead() throws IOException {
    ImportedFile imported =
        read(
            """
            <annotations>
            <image name="a.png" width="60" height="40"><polygon label="bus" points="0,0;9,0;9,9"/></image>
            <image name="b.png" width="x" height="40"/>
            <image name="c.png" width="60" height="40"><mask label="car" rle="1,x" left="0" top="0" width="2" height="1"/></image>
            <image width="60" height="40"/>
            <image name="d.png" width="60" height="40"><box label="car" xtl="0" ytl="0" xbr="9" ybr="9"/></image>
            </annotations>
            """,
            AnnotationFormat.CVAT,
            "a.png",
            "b.png",
            "c.png",
            "d.png");
    assertThat(imported.painted.keySet()).containsExactly("d.png");
    assertThat(imported.faults.get("a.png"))
        .contains("label \"bus\" is no class, expected one of [road, car, tree]", "classMap");
    assertThat(imported.faults.get("b.png")).contains("width \"x\"");
    assertThat(imported.faults.get("c.png")).contains("rle \"x\"");
    assertThat(imported.faults.get("image at line 5")).contains("has no name");
  }

  @Test
  void readCvat_track_interpolatedBetweenKeyframes() throws IOException {
    ImportedFile imported =
        read(
            """
            <annotations><meta><task><stop_frame>9</stop_frame>
              <original_size><width>60</width><height>40</height></original_size></task></meta>
            <track id="0" label="car">
              <box frame="0" outside="0" keyframe="1" xtl="0" ytl="0" xbr="10" ybr="10"/>
              <box frame="4" outside="0" keyframe="1" xtl="40" ytl="20" xbr="50" ybr="30"/>
              <box frame="6" outside="1" keyframe="1" xtl="40" ytl="20" xbr="50" ybr="30"/>
            </track>
            <track id="1" label="tree">
              <points frame="1" outside="0" keyframe="1" points="1,1"/>
            </track>
            <track id="2" label="road">
              <polygon frame="8" outside="0" keyframe="1" points="0,0;60,0;60,40;0,40"/>
            </track>
            </annotations>
            """,
            AnnotationFormat.CVAT,
            "frame_000000.png",
            "clip/frame_000001.png",
            "frame_000005.png",
            "frame_000006.png",
            "frame_000009.png");
    assertThat(imported.painted.keySet())
        .contains("frame_000000.png", "clip/frame_000001.png", "frame_000005.png");
    assertThat(box(imported.labels("frame_000000.png"), 1)).isEqualTo("0,0 10,10");
    assertThat(box(imported.labels("clip/frame_000001.png"), 1)).isEqualTo("10,5 20,15");
    assertThat(box(imported.labels("frame_000005.png"), 1)).isEqualTo("40,20 50,30");
    // Outside in frame 6; points cover nothing; the last polygon stays until the video ends.
    assertThat(box(imported.labels("frame_000006.png"), 1)).isEqualTo("none");
    assertThat(box(imported.labels("frame_000009.png"), 0)).isEqualTo("0,0 60,40");
    assertThat(imported.unpainted.get("points")).isEqualTo(9L);
  }

  /** The bounding box of a class, as left,top right,bottom. */
  private static String box(LabelMap labels, int id) {
    int left = 99;
    int top = 99;
    int right = -1;
    int bottom = -1;
    for (int y = 0; y < labels.size().height(); y++) {
      for (int x = 0; x < labels.size().width(); x++) {
        if (labels.id(y, x) == id) {
          left = Math.min(left, x);
          top = Math.min(top, y);
          right = Math.max(right, x + 1);
          bottom = Math.max(bottom, y + 1);
        }
      }
    }
    return right < 0 ? "none" : left + "," + top + " " + right + "," + bottom;
  }

  @Test
  void readCvat_trackWithGapOfOtherCorners_thoseFramesAreRefused() throws IOException {
    ImportedFile imported =
        read(
            """
            <annotations><track label="car">
              <polygon frame="0" outside="0" points="0,0;9,0;9,9"/>
              <polygon frame="2" outside="0" points="0,0;9,0;9,9;0,9"/>
            </track></annotations>
            """,
            AnnotationFormat.CVAT,
            "frame_000000.png",
            "frame_000001.png",
            "frame_000002.png");
    assertThat(imported.painted.keySet()).containsExactly("frame_000000.png", "frame_000002.png");
    assertThat(imported.faults.get("frame_000001.png")).contains("cannot interpolate", "frame 1");
  }

  @ParameterizedTest
  @CsvSource({"export.json,2", "export-min.json,1"})
  void readLabelStudio_ofConverter_shapesPaintedRestCounted(String file, int kinds)
      throws IOException {
    ImportedFile imported =
        ImportedFile.read("label-studio/" + file, AnnotationFormat.LABEL_STUDIO, "one a.png");
    assertThat(imported.faults).isEmpty();
    assertThat(imported.labels("one a.png"))
        .isEqualTo(expected("label-studio/one a.png", ImportedFile.CLASSES));
    assertThat(imported.unpainted)
        .containsEntry("keypointlabels", 1L)
        .hasSizeGreaterThan(kinds - 1);
  }

  @Test
  void readLabelStudio_labelsGivenSeparately_areJoined() throws IOException {
    ImportedFile imported =
        read(
            """
            [{"data": {"picture": "s3://bucket/set/a.png", "note": "x"}, "annotations": [{"result": [
              {"id": "1", "type": "rectangle", "original_width": 60, "original_height": 40, "value": {"x": 0, "y": 0, "width": 50, "height": 50, "rotation": 0}},
              {"id": "1", "type": "labels", "original_width": 60, "original_height": 40, "value": {"x": 0, "y": 0, "width": 50, "height": 50, "rotation": 0, "labels": ["car"]}},
              {"id": "1", "type": "choices", "original_width": 60, "original_height": 40, "value": {"x": 0, "y": 0, "width": 50, "height": 50, "rotation": 0, "choices": ["new"]}}]}]}]
            """,
            AnnotationFormat.LABEL_STUDIO,
            "a.png");
    assertThat(imported.faults).isEmpty();
    assertThat(box(imported.labels("a.png"), 1)).isEqualTo("0,0 30,20");
    assertThat(imported.unpainted).isEqualTo(Map.of("choices", 1L));
  }

  @Test
  void readLabelStudio_ambiguousTasks_areRefusedByName() throws IOException {
    String result =
        "\"annotations\": [{\"result\": [{\"type\": \"%s\", \"original_width\": 60, \"original_height\": 40, \"value\": %s}]}]";
    ImportedFile imported =
        read(
            "[{\"data\": {\"image\": \"a.png\"}, "
                + result.formatted(
                    "rectanglelabels",
                    "{\"x\": 0, \"y\": 0, \"width\": 9, \"height\": 9, \"rectanglelabels\": [\"car\", \"tree\"]}")
                + "}, {\"data\": {\"image\": \"b.png\"}, "
                + result.formatted("rectangle", "{\"x\": 0, \"y\": 0, \"width\": 9, \"height\": 9}")
                + "}, {\"data\": {\"left\": \"c.png\", \"right\": \"d.png\"}, "
                + result.formatted("choices", "{}")
                + "}, 7, {\"data\": {\"image\": \"e.png\"}, \"annotations\": []}]",
            AnnotationFormat.LABEL_STUDIO,
            "a.png",
            "b.png",
            "c.png",
            "d.png",
            "e.png");
    assertThat(imported.painted).isEmpty();
    assertThat(imported.faults.get("a.png")).contains("labels [car, tree], expected one");
    assertThat(imported.faults.get("b.png")).contains("without label");
    assertThat(imported.faults.get("task 3")).contains("several images");
    assertThat(imported.faults.get("task 4")).contains("expected an object");
    assertThat(imported.unpainted).isEqualTo(Map.of("task without annotation", 1L));
  }

  @ParameterizedTest
  @CsvSource({"instances.json", "cvat-coco.zip"})
  void readCoco_polygonsAndBothRunLengths_inOrder(String file) throws IOException {
    ImportedFile imported =
        ImportedFile.read("coco/" + file, AnnotationFormat.COCO, "train/one.png");
    assertThat(imported.faults).isEmpty();
    assertThat(imported.labels("train/one.png"))
        .isEqualTo(expected("coco/one.png", ImportedFile.CLASSES));
    assertThat(imported.unpainted).isEqualTo(Map.of("annotation without segmentation", 1L));
    assertThat(imported.entriesLeftOut)
        .isEqualTo(file.endsWith(".zip") ? List.of("images/train/one.png") : List.of());
  }

  @Test
  void readCoco_ofDatumaro_withinAPixelOfTheEdges() throws IOException {
    ImportedFile imported =
        ImportedFile.read("coco/datumaro.zip", AnnotationFormat.COCO, "sub/one.jpg");
    LabelMap expected = expected("coco/datumaro.png", ImportedFile.CLASSES);
    LabelMap painted = imported.labels("sub/one.jpg");
    for (int y = 0; y < 40; y++) {
      for (int x = 0; x < 60; x++) {
        if (nearby(expected, y, x).size() == 1) {
          assertThat(painted.id(y, x)).as("(%d, %d)", y, x).isEqualTo(expected.id(y, x));
        }
      }
    }
  }

  private static java.util.Set<Integer> nearby(LabelMap labels, int y, int x) {
    java.util.Set<Integer> ids = new java.util.HashSet<>();
    for (int row = Math.max(0, y - 1); row <= Math.min(labels.size().height() - 1, y + 1); row++) {
      for (int col = Math.max(0, x - 1); col <= Math.min(labels.size().width() - 1, x + 1); col++) {
        ids.add(labels.id(row, col));
      }
    }
    return ids;
  }

  @Test
  void readCoco_oddEntries_costOneImageEach() throws IOException {
    ImportedFile imported =
        read(
            """
            {"annotations": [5, {"id": 1, "image_id": 1, "category_id": 9, "segmentation": [[0,0,9,0,9,9]]},
              {"image_id": 2, "category_id": 1, "segmentation": {"size": [40, 60], "counts": "!"}},
              {"image_id": 3, "category_id": 1, "segmentation": {"size": [60, 40], "counts": [2400]}},
              {"image_id": "4", "category_id": 1, "segmentation": [[0,0,60,0,60,40,0,40]]},
              {"image_id": 77, "category_id": 1, "segmentation": [[0,0,60,0,60,40,0,40]]}],
             "categories": [{"id": 1, "name": "car"}],
             "images": [{"id": 1, "file_name": "a.png", "height": 40, "width": 60},
              {"id": 2, "file_name": "b.png", "height": 40, "width": 60},
              {"id": 3, "file_name": "c.png", "height": 40, "width": 60},
              {"id": 4, "file_name": "d.png", "height": 40, "width": 60},
              {"id": 5, "file_name": "e.png", "height": 0, "width": 60}]}
            """,
            AnnotationFormat.COCO,
            "a.png",
            "b.png",
            "c.png",
            "d.png",
            "e.png");
    assertThat(imported.painted.keySet()).containsExactly("d.png");
    assertThat(imported.faults.get("a.png")).contains("category 9 is not listed");
    assertThat(imported.faults.get("b.png")).contains("counts");
    assertThat(imported.faults.get("c.png")).contains("size [60.0, 40.0], the image has 40x60");
    assertThat(imported.faults.get("e.png")).contains("at least 1");
    assertThat(imported.unpainted)
        .isEqualTo(Map.of("malformed entry", 1L, "annotation of an image that is not listed", 1L));
  }

  @ParameterizedTest
  @CsvSource({
    "COCO_PANOPTIC,coco-panoptic/datumaro,sub/one.jpg",
    "VOC,voc/datumaro,sub/one.jpg",
    "VOC,voc/pillow,sub/one.jpg"
  })
  void read_coloredPngs_exactly(AnnotationFormat format, String file, String image)
      throws IOException {
    ImportedFile imported = ImportedFile.read(file + ".zip", format, image);
    assertThat(imported.faults).isEmpty();
    assertThat(imported.labels(image)).isEqualTo(expected(file + ".png", ImportedFile.CLASSES));
  }

  @Test
  void readVoc_otherEntries_areListed() throws IOException {
    ImportedFile imported =
        ImportedFile.read("voc/pillow.zip", AnnotationFormat.VOC, "sub/one.jpg");
    assertThat(imported.entriesLeftOut)
        .contains("SegmentationObject/sub/one.png", "ImageSets/Segmentation/default.txt");
  }

  @Test
  void readLabelMe_ofLabelMe_shapesPaintedRestCounted() throws IOException {
    ImportedFile imported =
        ImportedFile.read("labelme/one.json", AnnotationFormat.LABELME, "pool/one.jpg");
    assertThat(imported.faults).isEmpty();
    assertThat(imported.labels("pool/one.jpg"))
        .isEqualTo(expected("labelme/one.png", ImportedFile.CLASSES));
    assertThat(imported.unpainted).isEqualTo(Map.of("line", 1L, "point", 1L));
  }

  @Test
  void readLabelMe_archive_oneTornFileIsRefused() throws IOException {
    ImportedFile imported =
        ImportedFile.read("labelme/many.zip", AnnotationFormat.LABELME, "one.jpg", "two.jpg");
    assertThat(imported.painted.keySet()).containsExactly("one.jpg", "two.jpg");
    assertThat(imported.faults.get("annotations/torn.json")).contains("not the JSON of LabelMe");
    assertThat(imported.entriesLeftOut).contains("annotations/settings.json", "images/one.jpg");
  }

  @Test
  void readMasks_ofPillow_pngReadJpegRefused() throws IOException {
    ImportedFile imported =
        ImportedFile.read(
            "masks/pillow.zip",
            AnnotationFormat.MASKS,
            "palette.jpg",
            "grey.jpg",
            "lossy.png",
            "disguised.jpg");
    assertThat(imported.labels("palette.jpg"))
        .isEqualTo(expected("masks/palette.png", ImportedFile.CLASSES));
    assertThat(imported.labels("grey.jpg"))
        .isEqualTo(expected("masks/grey.png", ImportedFile.CLASSES));
    assertThat(imported.faults.get("lossy.png")).contains("JPEG", "PNG");
    assertThat(imported.faults.get("disguised.jpg")).contains("JPEG", "PNG");
    assertThat(imported.entriesLeftOut)
        .containsExactlyInAnyOrder("__MACOSX/labels/._grey.PNG", "images/grey.png");
  }

  @Test
  void read_classMap_foreignNamesAreClassesOrIgnored() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.xml"),
            "<annotations><image name=\"a.png\" width=\"60\" height=\"40\">"
                + "<box label=\"auto\" xtl=\"0\" ytl=\"0\" xbr=\"60\" ybr=\"40\"/>"
                + "<box label=\"void\" xtl=\"0\" ytl=\"0\" xbr=\"10\" ybr=\"10\"/></image></annotations>");
    ImportedFile imported =
        ImportedFile.read(
            file,
            AnnotationFormat.CVAT,
            ImportedFile.CLASSES,
            new ImageSize(40, 60),
            Map.of("auto", "car", "void", "ignore"),
            List.of("a.png"));
    LabelMap labels = imported.labels("a.png");
    assertThat(labels.id(5, 5)).isEqualTo(255);
    assertThat(labels.id(5, 15)).isEqualTo(1);
    assertThatThrownBy(() -> new LabelClasses(ImportedFile.CLASSES, Map.of("auto", "bus")))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContainingAll("\"auto\"", "\"bus\"", "[road, car, tree]", "ignore");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CVAT|<annotations><image name='a'>|not well-formed XML",
        "CVAT|<x/>|expected <annotations>",
        "CVAT|<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><annotations><image name='&x;'/></annotations>|not well-formed XML",
        "LABEL_STUDIO|{\"data\":|not the JSON of Label Studio (line 1)",
        "LABEL_STUDIO|7|expected a list of tasks",
        "COCO|[]|expected an object",
        "COCO|{}|a list \"images\"",
        "COCO_PANOPTIC|{}|no ZIP file",
        "LABELME|{}|a list \"shapes\"",
        "MASKS|x|no ZIP file",
        "VOC|x|no ZIP file"
      })
  void read_unparseable_isRefusedWhole(AnnotationFormat format, String text, String message) {
    assertThatThrownBy(() -> read(text, format, "a"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"LABEL_STUDIO", "COCO", "LABELME"})
  void read_deeplyNested_isRefused(AnnotationFormat format) {
    String deep = "[".repeat(100_000);
    assertThatThrownBy(() -> read("{\"images\":" + deep, format, "a"))
        .isInstanceOf(FlipsideException.class);
  }
}
