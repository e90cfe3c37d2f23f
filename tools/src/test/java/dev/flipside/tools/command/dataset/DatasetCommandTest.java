package dev.flipside.tools.command.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.tools.Flipside;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.dataset.SampleData;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetCommandTest {
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
  void check_faults_exitsWithPartlyDoneAndNamesThem() throws IOException {
    sound().image("train/b.png", 2, 2);

    assertThat(run("dataset", "check", folder)).isEqualTo(ExitCodes.PARTLY_DONE);

    assertThat(out).contains("train: 1 × image without label", "  train/b.png");
  }

  @Test
  void check_json_hasEveryNumber() throws IOException {
    sound().image("train/b.png", 2, 2);

    assertThat(run("dataset", "check", folder, "--json")).isEqualTo(ExitCodes.PARTLY_DONE);

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

    assertThat(run("dataset", "check", folder, "--classes", "3")).isEqualTo(ExitCodes.PARTLY_DONE);

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
