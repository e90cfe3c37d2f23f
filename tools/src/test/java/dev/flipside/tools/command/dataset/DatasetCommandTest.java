package dev.flipside.tools.command.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.tools.Flipside;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.dataset.SampleData;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetCommandTest {
  private static final Path CASES = Path.of("src", "test", "resources", "cases");

  private static final Path MASKS = Path.of("src", "test", "resources", "masks");

  @TempDir Path folder;

  private String out = "";
  private String err = "";

  @Test
  void check_soundDataSet_tellsCountsSizesAndShares() throws IOException {
    sound();

    assertThat(run("dataset", "check", folder)).as(err).isEqualTo(ExitCodes.DONE);

    assertThat(out).contains("layout camvid", "1 images, 1 labels, 1 of 2x2 px");
    assertThat(out).containsPattern("3  Road +66\\.667 %").containsPattern("ignored +25\\.000 %");
  }

  @Test
  void check_imageWithoutLabel_failsAndNamesIt() throws IOException {
    sound().image("train/b.png", 2, 2);

    assertThat(run("dataset", "check", folder)).isEqualTo(ExitCodes.FAILED);

    assertThat(out)
        .contains(
            "train: 1 × image without label",
            "  train/b.png",
            "add a label with the name of the image");
  }

  @Test
  void check_labelWithoutImage_exitsWithPartlyDone() throws IOException {
    sound().label("trainannot/b.png", 2, 2, 3);

    assertThat(run("dataset", "check", folder)).isEqualTo(ExitCodes.PARTLY_DONE);

    assertThat(out).contains("train: 1 × label without image", "training does not use them");
  }

  @Test
  void check_masksOf0And255_explainsThemAndFails() {
    Path masks = CASES.resolve("label-mask-0-255/data");

    assertThat(run("dataset", "check", masks, "--layout", "folder", "--classes", "2"))
        .isEqualTo(ExitCodes.FAILED);

    assertThat(out)
        .contains(
            "all 2 labels are masks that hold only 0 and 255, and 255 means unlabelled: class 1"
                + " never occurs, so training would learn class 0 alone",
            "--label-values 0:0,255:1");
    assertThat(
            run(
                "dataset",
                "check",
                masks,
                "--layout",
                "folder",
                "--classes",
                "2",
                "--label-values",
                "0:0,255:1"))
        .as(out)
        .isEqualTo(ExitCodes.DONE);
    assertThat(out).containsPattern("1  class 1 +18\\.750 %").doesNotContain("masks");
  }

  /** Masks of programs; {@code src/test/python/make_tool_inputs.py} makes them. */
  @ParameterizedTest
  @ValueSource(
      strings = {"label-studio", "opencv", "opencv-tiff", "opencv-bitmap", "pillow-palette"})
  void check_masksOfPrograms_explainsThemAndFails(String program) throws IOException {
    Path masks = MASKS.resolve(program);

    assertThat(check(masks)).isEqualTo(ExitCodes.FAILED);
    assertThat(out).contains("all 2 labels are masks that hold only 0 and 255");
    assertThat(check(masks, "--label-values", "0:0,255:1")).as(out).isEqualTo(ExitCodes.DONE);
    assertThat(out).contains("1  class 1", share(masks)).doesNotContain("masks that");
  }

  @Test
  void check_masksOfOneBit_areClasses() throws IOException {
    Path masks = MASKS.resolve("pillow-bits");

    assertThat(check(masks)).as(out).isEqualTo(ExitCodes.DONE);

    assertThat(out).contains("1  class 1", share(masks));
  }

  @Test
  void check_resampledMasks_failsAndNamesTheirValues() {
    Path masks = MASKS.resolve("resampled");

    assertThat(check(masks)).isEqualTo(ExitCodes.FAILED);
    assertThat(out).contains("2 × label with ids out of range", "id 192 in");
    assertThat(check(masks, "--label-values", "0:0,255:1")).isEqualTo(ExitCodes.FAILED);
    assertThat(out).contains("train/labels/0.png").contains("192");
  }

  private int check(Path data, String... more) {
    List<Object> words = new ArrayList<>(List.of("dataset", "check", data));
    words.addAll(List.of("--layout", "folder", "--classes", "2"));
    words.addAll(List.of(more));
    return run(words.toArray());
  }

  private static String share(Path masks) throws IOException {
    JsonNode foreground = new ObjectMapper().readTree(masks.resolve("foreground.json").toFile());
    double share = foreground.get("pixels").asDouble() / foreground.get("of").asDouble();
    return String.format(Locale.ROOT, "%.3f %%", 100 * share);
  }

  @Test
  void check_oneClassOnly_failsAndSaysWhich() throws IOException {
    new SampleData(folder).image("train/a.png", 1, 4).label("trainannot/a.png", 1, 4, 3, 3, 3, 3);

    assertThat(run("dataset", "check", folder)).isEqualTo(ExitCodes.FAILED);

    assertThat(out).contains("only class 3 (Road) occurs", "class 0 (Sky), class 1 (Building)");
  }

  @Test
  void check_oneClassInTestSplit_isNotedOnly() throws IOException {
    sound().image("test/a.png", 1, 2).label("testannot/a.png", 1, 2, 3, 3);

    assertThat(run("dataset", "check", folder)).as(out).isEqualTo(ExitCodes.DONE);

    assertThat(out).contains("test: note: only class 3 (Road) occurs");
  }

  @Test
  void check_mostlyUnlabelled_isNoted() throws IOException {
    new SampleData(folder)
        .image("train/a.png", 1, 5)
        .label("trainannot/a.png", 1, 5, 3, 0, 11, 11, 11);

    assertThat(run("dataset", "check", folder)).isEqualTo(ExitCodes.DONE);

    assertThat(out).contains("60.0 % of the pixels are unlabelled (11)");
  }

  @Test
  void check_coloredLabels_countsUnknownColorsAndReadsMappedOnes() throws IOException {
    new SampleData(folder).image("train/a.png", 1, 2);
    Path label = Files.createDirectories(folder.resolve("trainannot")).resolve("a.png");
    DecodedImage colors = DecodedImage.black(new ImageSize(1, 2));
    for (int i = 0; i < 3; i++) {
      colors.rgb().put(i, (byte) 0x80);
    }
    ImageWriter.writeRgb(label, colors);

    assertThat(run("dataset", "check", folder)).isEqualTo(ExitCodes.FAILED);
    assertThat(out)
        .contains("1 color in 1 px not in the class map, the first one #000000 at pixel (0, 1)");
    run("dataset", "check", folder, "--label-values", "#000000:Road");
    assertThat(out).containsPattern("0  Sky +50\\.000 %").containsPattern("3  Road +50\\.000 %");
  }

  @Test
  void check_ignoreOption_namesTheUnlabelledValue() throws IOException {
    new SampleData(folder).image("train/a.png", 1, 3).label("trainannot/a.png", 1, 3, 0, 1, 200);

    assertThat(run("dataset", "check", folder, "--classes", "2", "--ignore", "200"))
        .as(out)
        .isEqualTo(ExitCodes.DONE);
    assertThat(out).containsPattern("200  ignored +33\\.333 %");
    assertThat(run("dataset", "check", folder, "--classes", "2", "--ignore", "1"))
        .isEqualTo(ExitCodes.BAD_USE);
    assertThat(err).contains("2 to 255", "--label-values 0:ignore,1:0");
  }

  @Test
  void check_json_hasEveryNumber() throws IOException {
    sound().image("train/b.png", 2, 2);

    assertThat(run("dataset", "check", folder, "--json")).isEqualTo(ExitCodes.FAILED);

    JsonNode json = new ObjectMapper().readTree(out);
    JsonNode train = json.get("splits").get("train");
    assertThat(json.get("classes").get(3).asText()).isEqualTo("Road");
    assertThat(train.get("images").asInt()).isEqualTo(2);
    assertThat(train.get("sizes").get("2x2").asInt()).isEqualTo(1);
    assertThat(train.get("pixels").get(3).asInt()).isEqualTo(2);
    assertThat(train.get("ignoredPixels").asInt()).isEqualTo(1);
    assertThat(train.get("faults").get(0).get("kind").asText()).isEqualTo("no-label");
  }

  @Test
  void check_otherClasses_findsIdsOutOfRange() throws IOException {
    sound();

    assertThat(run("dataset", "check", folder, "--classes", "3")).isEqualTo(ExitCodes.FAILED);

    assertThat(out).contains("label with ids out of range", "id 3 in 2 px, id 11 in 1 px");
  }

  @Test
  void check_noDataSet_fails() {
    assertThat(run("dataset", "check", folder)).isEqualTo(ExitCodes.FAILED);

    assertThat(err).contains("no data set in a layout that is known").doesNotContain("\tat ");
  }

  @Test
  void fetch_unknownNameOrAddress_isBadUse() {
    assertThat(run("dataset", "fetch", "kitti", "--to", folder)).isEqualTo(ExitCodes.BAD_USE);
    assertThat(err).contains("kitti, expected camvid");
    assertThat(run("dataset", "fetch", "camvid", "--to", folder, "--from", "file:/tmp"))
        .isEqualTo(ExitCodes.BAD_USE);
    assertThat(run("dataset", "fetch", "camvid")).isEqualTo(ExitCodes.BAD_USE);
    assertThat(run("dataset")).isEqualTo(ExitCodes.BAD_USE);
  }

  private SampleData sound() throws IOException {
    return new SampleData(folder)
        .image("train/a.png", 2, 2)
        .label("trainannot/a.png", 2, 2, 3, 3, 0, 11);
  }

  private int run(Object... words) {
    StringWriter outText = new StringWriter();
    StringWriter errText = new StringWriter();
    int code =
        Flipside.commandLine()
            .setOut(new PrintWriter(outText, true))
            .setErr(new PrintWriter(errText, true))
            .execute(Arrays.stream(words).map(Object::toString).toArray(String[]::new));
    out = outText.toString();
    err = errText.toString();
    return code;
  }
}
