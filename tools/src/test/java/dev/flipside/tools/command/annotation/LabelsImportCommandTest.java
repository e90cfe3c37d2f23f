package dev.flipside.tools.command.annotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.card.ClassMaps;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionId;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.image.LabelReader;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionFile;
import dev.flipside.tools.Flipside;
import dev.flipside.tools.console.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What becomes of answers that are not as asked for. Images of 4x6 px, regions of 2x3 px. */
class LabelsImportCommandTest {
  private static final ClassMap CLASSES = ClassMap.unnamed(2);
  private static final ImageSize SIZE = new ImageSize(4, 6);
  private static final int NONE = 255;

  @TempDir private Path folder;

  private Path pool;
  private Path labels;
  private Path history;
  private String out = "";
  private String err = "";

  @BeforeEach
  void makePool() throws IOException {
    pool = Files.createDirectories(folder.resolve("images"));
    labels = folder.resolve("labels");
    for (String name : List.of("a.png", "b.png")) {
      ImageWriter.writeRgb(
          pool.resolve(name), new DecodedImage(SIZE, ByteBuffer.allocateDirect(72)));
    }
    history = folder.resolve("taken.jsonl");
    SelectionFile.write(history, List.of(region("a.png", 0, 0), region("a.png", 1, 1)));
  }

  private static SelectedRegion region(String image, int row, int col) {
    return new SelectedRegion(
        1, new RegionId(image, row, col), new Region(2 * row, 3 * col, 2, 3), 1f, SIZE);
  }

  @Test
  void import_paintedBeyondTheRegion_takesTheRegionAlone() throws IOException {
    assertThat(imported(polygon("a.png", "class 1", 0, 0, 6, 4))).isEqualTo(ExitCodes.DONE);

    assertThat(ids("a.png"))
        .containsExactly(
            1, 1, 1, NONE, NONE, NONE, 1, 1, 1, NONE, NONE, NONE, NONE, NONE, NONE, 1, 1, 1, NONE,
            NONE, NONE, 1, 1, 1);
    assertThat(err).contains("left out: 12 × painted pixel outside of the regions");
    assertThat(labels.resolve("b.png")).doesNotExist();
  }

  @Test
  void import_secondFile_keepsWhatIsLabelledAndSaysWhatIsMissing() throws IOException {
    assertThat(imported(polygon("a.png", "class 0", 0, 0, 3, 2))).isZero();
    assertThat(err).contains("missing: a.png[1,1]");
    JsonNode report = new ObjectMapper().readTree(out);
    assertThat(report.get("missing").asInt()).isEqualTo(1);

    assertThat(imported(polygon("a.png", "class 1", 3, 2, 6, 4))).isZero();

    assertThat(ids("a.png")[0]).isZero();
    assertThat(ids("a.png")[23]).isEqualTo(1);
    assertThat(new ObjectMapper().readTree(out).get("missing").asInt()).isZero();
  }

  @Test
  void import_imageThatWasNotAskedFor_changesNothing() throws IOException {
    assertThat(imported(polygon("b.png", "class 1", 0, 0, 6, 4))).isEqualTo(ExitCodes.FAILED);

    assertThat(err)
        .contains("left out: 1 × image that was not asked for", "error: nothing was labelled");
    assertThat(labels).isEmptyDirectory();
  }

  @Test
  void import_unknownLabel_isRefusedUnlessMapped() throws IOException {
    Path answers = polygon("a.png", "auto", 0, 0, 6, 4);
    assertThat(imported(answers)).isEqualTo(ExitCodes.FAILED);
    assertThat(err).contains("refused: a.png: ", "\"auto\" is no class");

    assertThat(imported(answers, "--class-map", "auto=class 1")).isZero();
    Path map = Files.writeString(folder.resolve("map.json"), "{\"auto\":\"class 0\"}");
    assertThat(imported(answers, "--class-map", map)).isZero();
    assertThat(ids("a.png")[0]).isZero();
    assertThat(imported(answers, "--class-map", "auto=")).isEqualTo(ExitCodes.BAD_USE);
  }

  @Test
  void import_oneImageRefused_endsWithThree() throws IOException {
    Path answers =
        Files.writeString(
            folder.resolve("answers.json"),
            coco(
                "{\"id\":1,\"file_name\":\"a.png\",\"height\":4,\"width\":6},"
                    + "{\"id\":2,\"file_name\":\"b.png\",\"height\":40,\"width\":60}",
                "class 1"));
    SelectionFile.append(history, List.of(region("b.png", 0, 0)));

    assertThat(imported(answers)).isEqualTo(ExitCodes.PARTLY_DONE);

    assertThat(err).contains("refused: b.png: annotated at 40x60 px, the image has 4x6 px");
  }

  @Test
  void import_noSuchFormat_namesTheFormats() throws IOException {
    Path answers = polygon("a.png", "class 1", 0, 0, 6, 4);
    assertThat(
            run(
                Stream.of(
                    "labels",
                    "import",
                    "--format",
                    "yolo",
                    answers,
                    "--pool",
                    pool,
                    "--classes",
                    "2",
                    "--out",
                    labels)))
        .isEqualTo(ExitCodes.BAD_USE);
    assertThat(err).contains("expected one of cvat, label-studio", "See flipside labels import");
  }

  @Test
  void export_coco_comesBackWithItsRegions() throws IOException {
    Path task = folder.resolve("task.json");
    assertThat(
            run(
                Stream.of(
                    "selection",
                    "export",
                    "--selection",
                    history,
                    "--pool",
                    pool,
                    "--classes",
                    "2",
                    "--format",
                    "coco",
                    "--out",
                    task)))
        .as(err)
        .isZero();
    assertThat(Files.readString(task)).contains("flipside-region");

    assertThat(imported(task)).isEqualTo(ExitCodes.FAILED);
    assertThat(err)
        .contains("missing: a.png[0,0]", "missing: a.png[1,1]")
        .doesNotContain("refused");
  }

  @Test
  void export_modelOfOtherClasses_isRefused() {
    OnnxGraph graph = new OnnxGraph("g", 17);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue weights = graph.initializer("w", new float[9], 3, 3, 1, 1);
    OnnxValue logits = graph.node("Conv", Map.of(), input, weights);
    graph.output("y", logits, TensorType.FLOAT32, "N", 3, "H", "W");
    Path model = folder.resolve("model.onnx");
    graph.build("test", "1").write(model);
    Path task = folder.resolve("task.xml");

    assertThat(
            run(
                Stream.of(
                    "selection",
                    "export",
                    "--selection",
                    history,
                    "--pool",
                    pool,
                    "--classes",
                    "2",
                    "--model",
                    model,
                    "--format",
                    "cvat",
                    "--out",
                    task)))
        .isEqualTo(ExitCodes.FAILED);
    assertThat(err).contains("the model has 3 classes, --classes names 2");
    assertThat(task).doesNotExist();
  }

  @Test
  void export_existingFile_isReplacedOnlyByForce() throws IOException {
    Path task = Files.writeString(folder.resolve("task.xml"), "kept");
    List<Object> words =
        List.of(
            "selection",
            "export",
            "--selection",
            history,
            "--pool",
            pool,
            "--classes",
            "2",
            "--format",
            "cvat",
            "--out",
            task);

    assertThat(run(words.stream())).isEqualTo(ExitCodes.FAILED);
    assertThat(err).contains("exists already; replace it with --force");
    assertThat(task).hasContent("kept");
    assertThat(run(Stream.concat(words.stream(), Stream.of("--force")))).isZero();
    assertThat(task).content().contains("<box label=\"flipside-region\"");
  }

  @Test
  void select_labelledRegions_areLeftOut() throws IOException {
    // Half of region [0,0] and nothing else.
    assertThat(imported(polygon("a.png", "class 1", 0, 0, 3, 1))).isZero();
    Path selection = folder.resolve("selection.jsonl");

    assertThat(selected(selection, "--labels", labels)).as(err).isZero();

    assertThat(SelectionFile.read(selection).stream().map(each -> each.id().toString()))
        .containsExactly("a.png[0,1]", "a.png[1,0]");
  }

  @Test
  void import_masksOfZeroAnd255_areExplainedAndMapped() throws IOException {
    Path masks = Files.createDirectories(folder.resolve("masks"));
    LabelMap mask = new LabelMap(SIZE, new byte[24]);
    Arrays.fill(mask.ids(), 0, 12, (byte) 255);
    ImageWriter.writeLabel(masks.resolve("a.png"), mask);

    assertThat(importedMasks(masks)).as(err).isZero();
    assertThat(err).contains("warning: ", "only 0 and 255", "--label-values 0:0,255:1");

    assertThat(importedMasks(masks, "--label-values", "0:0,255:1")).as(err).isZero();
    assertThat(err).doesNotContain("warning");
    assertThat(ids("a.png")).startsWith(1, 1).endsWith(0, 0);
  }

  @Test
  void import_noSuchFile_isRefusedBeforeAnythingIsMade() {
    for (Path answers : List.of(folder.resolve("none.json"), Path.of("-"), pool)) {
      assertThat(imported(answers)).isEqualTo(ExitCodes.FAILED);
      assertThat(err)
          .containsPattern("error: .*: (no such file|a folder)")
          .doesNotContain("internal error");
      assertThat(labels).doesNotExist();
    }
  }

  @Test
  void import_entriesLeftOut_areNamed() throws IOException {
    Path masks = Files.createDirectories(folder.resolve("masks"));
    ImageWriter.writeLabel(masks.resolve("a.png"), new LabelMap(SIZE, new byte[24]));
    Files.writeString(masks.resolve("notes.txt"), "none");

    assertThat(importedMasks(masks)).as(err).isZero();

    assertThat(err).contains("left out: notes.txt: no PNG, TIFF or BMP file");
    assertThat(new ObjectMapper().readTree(out).at("/entriesLeftOut/0/name").asText())
        .isEqualTo("notes.txt");
  }

  @Test
  void select_historyThatCannotBeWritten_writesNothing() throws IOException {
    Path selection = folder.resolve("selection.jsonl");
    for (Path file : List.of(folder.resolve("none/h.jsonl"), folder, selection)) {
      assertThat(selected(selection, "--history", file)).isEqualTo(ExitCodes.FAILED);
      assertThat(err).contains("--history");
      assertThat(selection).doesNotExist();
    }
  }

  @Test
  void select_labelsInOtherFormats_areFound() throws IOException {
    Files.createDirectories(labels);
    LabelMap map = LabelMap.unlabelled(SIZE, CLASSES);
    map.ids()[0] = 1;
    Path png = folder.resolve("map.png");
    ImageWriter.writeLabel(png, map);
    Path selection = folder.resolve("selection.jsonl");
    Files.copy(png, labels.resolve("a.PNG"));

    assertThat(selected(selection, "--labels", labels)).as(err).isZero();

    assertThat(SelectionFile.read(selection).stream().map(each -> each.id().toString()))
        .containsExactly("a.png[0,1]", "a.png[1,0]");
  }

  @Test
  void select_labelsWithAnotherIgnoreIndex_takesThatOfTheirClasses() throws IOException {
    Files.createDirectories(labels);
    LabelMap map = new LabelMap(SIZE, new byte[24]);
    Arrays.fill(map.ids(), (byte) 9);
    ImageWriter.writeLabel(labels.resolve("a.png"), map);
    Path selection = folder.resolve("selection.jsonl");

    assertThat(selected(selection, "--labels", labels)).isEqualTo(ExitCodes.FAILED);
    assertThat(err).contains("warning: 1 of 1 label maps hold 9 in every pixel", "--ignore");

    ClassMaps.write(folder.resolve("classes.json"), CLASSES.withIgnoreIndex(9));
    assertThat(selected(selection, "--labels", labels)).as(err).isZero();
    assertThat(err).doesNotContain("warning");
  }

  @Test
  void select_ignoreIndexAssumedAndNeverFound_isSaid() throws IOException {
    Files.createDirectories(labels);
    LabelMap map = new LabelMap(SIZE, new byte[24]);
    Arrays.fill(map.ids(), 0, 20, (byte) 9);
    ImageWriter.writeLabel(labels.resolve("a.png"), map);
    Path selection = folder.resolve("selection.jsonl");

    assertThat(selected(selection, "--labels", labels)).isEqualTo(ExitCodes.FAILED);
    assertThat(err).contains("warning: no label map holds 255", "--ignore or --classes");

    assertThat(selected(selection, "--labels", labels, "--ignore", "9")).as(err).isZero();
    assertThat(err).doesNotContain("warning");
  }

  @Test
  void import_historyOfAnotherPool_isRefused() throws IOException {
    SelectionFile.write(history, List.of(region("images/a.png", 0, 0)));

    assertThat(imported(polygon("a.png", "class 1", 0, 0, 6, 4))).isEqualTo(ExitCodes.FAILED);

    assertThat(err)
        .contains("in the pool, for example images/a.png; give the folder that was scored");
  }

  @Test
  void import_fileOfAnotherFormat_isNamed() throws IOException {
    Path answers = Files.writeString(folder.resolve("answers.json"), "<annotations/>");

    assertThat(imported(answers)).isEqualTo(ExitCodes.FAILED);

    assertThat(err).contains("error: " + answers + ": ");
  }

  @Test
  void export_nameThatXmlCannotHold_isLeftOutAndNamed() throws IOException {
    Files.copy(pool.resolve("a.png"), pool.resolve("c\u0001.png"));
    SelectionFile.append(history, List.of(region("c\u0001.png", 0, 0)));
    Path task = folder.resolve("task.xml");

    assertThat(
            run(
                Stream.of(
                    "selection",
                    "export",
                    "--selection",
                    history,
                    "--pool",
                    pool,
                    "--classes",
                    "2",
                    "--format",
                    "cvat",
                    "--out",
                    task)))
        .as(err)
        .isZero();

    assertThat(err).contains("left out: 1 image whose name XML cannot hold: c\\u0001.png");
    assertThat(task).content().contains("name=\"a.png\"");
  }

  private int selected(Path selection, Object... further) throws IOException {
    Path scores =
        Files.writeString(
            folder.resolve("scores.jsonl"),
            "{\"image\":\"a.png\",\"height\":8,\"width\":12,\"rows\":2,\"cols\":2,"
                + "\"regionHeight\":4,\"regionWidth\":6,\"scores\":[4,3,2,1]}\n");
    return run(
        Stream.concat(
            Stream.of("select", "--scores", scores, "-k", "2", "--out", selection),
            Arrays.stream(further)));
  }

  private int importedMasks(Path masks, Object... further) {
    return run(
        Stream.concat(
            Stream.of(
                "labels",
                "import",
                "--format",
                "masks",
                masks,
                "--pool",
                pool,
                "--classes",
                "2",
                "--json",
                "--out",
                labels),
            Arrays.stream(further)));
  }

  private Path polygon(String image, String label, int left, int top, int right, int bottom)
      throws IOException {
    String listed = "{\"id\":1,\"file_name\":\"" + image + "\",\"height\":4,\"width\":6}";
    return Files.writeString(
        folder.resolve("answers.json"),
        coco(listed, label).replace("0,0,6,0,6,4,0,4", corners(left, top, right, bottom)));
  }

  private static String corners(int left, int top, int right, int bottom) {
    return left + "," + top + "," + right + "," + top + "," + right + "," + bottom + "," + left
        + "," + bottom;
  }

  private static String coco(String images, String label) {
    return "{\"images\":["
        + images
        + "],\"categories\":[{\"id\":1,\"name\":\""
        + label
        + "\"}],\"annotations\":[{\"id\":1,\"image_id\":1,\"category_id\":1,"
        + "\"segmentation\":[[0,0,6,0,6,4,0,4]]}]}";
  }

  private int imported(Path answers, Object... further) {
    return run(
        Stream.concat(
            Stream.of(
                "labels",
                "import",
                "--format",
                "coco",
                answers,
                "--history",
                history,
                "--pool",
                pool,
                "--classes",
                "2",
                "--json",
                "--out",
                labels),
            Arrays.stream(further)));
  }

  private int[] ids(String image) {
    LabelMap map = LabelReader.read(labels.resolve(image), CLASSES, null);
    int[] ids = new int[map.ids().length];
    for (int at = 0; at < ids.length; at++) {
      ids[at] = map.ids()[at] & 0xFF;
    }
    return ids;
  }

  private int run(Stream<?> words) {
    CommandLine line = Flipside.commandLine();
    StringWriter standardOut = new StringWriter();
    StringWriter standardError = new StringWriter();
    line.setOut(new PrintWriter(standardOut));
    line.setErr(new PrintWriter(standardError));
    int exit = line.execute(words.map(Object::toString).toArray(String[]::new));
    out = standardOut.toString();
    err = standardError.toString();
    return exit;
  }
}
