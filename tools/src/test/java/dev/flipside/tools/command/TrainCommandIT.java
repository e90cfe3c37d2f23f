package dev.flipside.tools.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.tools.Flipside;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Training and its benches as a user types them. */
class TrainCommandIT {
  @TempDir static Path shared;
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void drawScenes() {
    TrainCommandIT synth = new TrainCommandIT();
    assertThat(
            synth.run("synth", "--out", shared, "--size", "48x64", "--train", "4", "--test", "2"))
        .as("%s", synth.err)
        .isZero();
  }

  @Test
  void train_everySettingByHand_isWhatTheCardSays() {
    int exit =
        train("--stage", "final", "--epochs", "2", "--rate-every", "1", "--rate-factor", "0.5")
            .and("--learning-rate", "1e-3", "--flip-probability", "0", "--loader-threads", "2")
            .and("--class-weights", weights(11), "--views", "2", "--consistency", "0.25")
            .and("--consistency-gradient", "stop-gradient", "--fold", "--seed", "7")
            .run();
    assertThat(exit).as("%s", err).isZero();
    assertThat(err.toString()).contains("starts from random weights").contains("--backbone FILE");
    var provenance =
        OnnxModelFile.read(folder.resolve("run/model.onnx")).card().orElseThrow().provenance();
    assertThat(provenance).isNotNull();
    assertThat(provenance.plan())
        .containsAllEntriesOf(
            Map.of(
                "epochs", "2",
                "learningRate", "0.001 times 0.5 every 1",
                "flipProbability", "0.0",
                "classWeights", "[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0]",
                "consistency", "0.25",
                "consistencyGradient", "stop-gradient",
                "seed", "7"));
  }

  @Test
  void train_toldToStop_stopsAtOnceAndGoesOn() throws Exception {
    Path run = folder.resolve("run");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Flipside.class.getName(),
                "train",
                "--data=" + shared,
                "--out=" + run,
                "--size=48x64",
                "--depth=18",
                "--width=0.125",
                "--batch=2",
                "--epochs=5000",
                "--device=cpu")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    for (int i = 0; i < 600 && !Files.exists(run.resolve("checkpoint.safetensors")); i++) {
      assertThat(process.waitFor(100, TimeUnit.MILLISECONDS)).isFalse();
    }
    process.destroy();
    assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
    assertThat(folder).isDirectoryNotContaining("glob:**hs_err*");

    assertThat(train("--epochs", "5000", "--seed", "1", "--resume").run()).isEqualTo(1);
    assertThat(err.toString()).contains("seed: now 1, in the checkpoint 0");
  }

  @Test
  void train_oneClassWeightTooFew_isBadUse() {
    assertThat(train("--class-weights", weights(10)).run()).isEqualTo(2);
    assertThat(err.toString())
        .contains("'--class-weights': 10 weights, expected one for each of the 11 classes");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void train_resumedWithOtherSettings_namesThem() {
    assertThat(train("--epochs", "1").run()).as("%s", err).isZero();
    assertThat(train("--epochs", "1", "--weight-decay", "1e-3", "--resume").run()).isEqualTo(1);
    assertThat(err.toString()).contains("plan.weightDecay: now 0.001, in the checkpoint 2.0E-4");
  }

  @Test
  void train_masksOf0And255_warns() throws IOException {
    Path data = folder.resolve("masks");
    for (String name : List.of("images/a.png", "labels/a.png")) {
      Files.createDirectories(data.resolve(name).getParent());
    }
    Files.copy(shared.resolve("train/scene_00000.png"), data.resolve("images/a.png"));
    byte[] ids = new byte[48 * 64];
    Arrays.fill(ids, 0, 1000, (byte) 255);
    ImageWriter.writeLabel(data.resolve("labels/a.png"), new LabelMap(new ImageSize(48, 64), ids));

    train("--classes", "2").of(data).run();

    assertThat(err.toString())
        .contains("warning: the label is a mask that holds only 0 and 255")
        .contains("--label-values 0:0,255:1");
  }

  @Test
  void train_imagesWithoutLabel_takePartUnlessConsistencyIsOff() throws IOException {
    Path data = folder.resolve("pool");
    Files.createDirectories(data.resolve("images"));
    Files.createDirectories(data.resolve("labels"));
    for (int i = 0; i < 4; i++) {
      String name = "scene_0000" + i + ".png";
      Files.copy(shared.resolve("train/" + name), data.resolve("images/" + name));
    }
    Files.copy(
        shared.resolve("trainannot/scene_00000.png"), data.resolve("labels/scene_00000.png"));

    assertThat(train("--classes", "camvid").of(data).run()).as("%s", err).isZero();
    assertThat(err.toString())
        .contains("1 images have labels; the other 3 take part through self-consistency alone");
    assertThat(out.toString()).contains("trained 2 steps");

    out.getBuffer().setLength(0);
    assertThat(
            train("--classes", "camvid", "--views", "1").of(data).to(folder.resolve("one")).run())
        .as("%s", err)
        .isZero();
    assertThat(err.toString())
        .contains("the other 3 are left out, because the weight of self-consistency is 0");
    assertThat(out.toString()).contains("trained 1 step:");
  }

  @Test
  void train_lastImageOfOneCell_joinsTheBatchBefore() {
    Path data = Path.of("src", "test", "resources", "cases", "train-one-value-per-channel", "data");
    Object[] words = {
      "train",
      "--data",
      data,
      "--layout",
      "folder",
      "--depth",
      "18",
      "--width",
      "0.0625",
      "--size",
      "32x32",
      "--epochs",
      "1",
      "--classes",
      "3",
      "--device",
      "cpu",
      "--batch",
      "2",
      "--views",
      "1",
      "--out",
      folder.resolve("run")
    };

    assertThat(run(words)).as("%s", err).isZero();

    assertThat(out.toString()).contains("trained 1 step:");
  }

  @ParameterizedTest
  @CsvSource({
    "label-studio, 32x32, fcn, 1, '2'",
    "opencv-tiff, 24x32, deeplabv3plus, 1, '2'",
    "opencv, 64x64, deeplabv3plus, 1, '2'"
  })
  void train_batchesOfOneValue_areRefusedBeforeAnythingIsWritten(
      String masks, String size, String head, String batch, String fewest) {
    assertThat(small(masks, size, head, batch)).isEqualTo(2);

    assertThat(err.toString())
        .contains(
            "batches of " + batch + " of " + size,
            "at least " + fewest + " images a batch",
            "--size");
    assertThat(folder.resolve("run")).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({
    "label-studio, 32x32, fcn, 2",
    "opencv-bitmap, 16x16, fcn, 5",
    "pillow-palette, 64x64, fcn, 1",
    "opencv-tiff, 64x64, deeplabv3plus, 2"
  })
  void train_masksOfPrograms_takeSteps(String masks, String size, String head, String batch) {
    assertThat(small(masks, size, head, batch)).as("%s", err).isZero();

    assertThat(out.toString()).contains(batch.equals("1") ? "trained 2 steps:" : "trained 1 step:");
  }

  /** Two images of 24x32 px with masks of 0 and 255, by {@code make_tool_inputs.py}. */
  private int small(String masks, String size, String head, String batch) {
    Path data = Path.of("src", "test", "resources", "masks", masks);
    return train("--layout", "folder", "--classes", "2", "--label-values", "0:0,255:1")
        .and("--head", head, "--views", "1", "--epochs", "1")
        .of(data)
        .with("--size", size)
        .with("--batch", batch)
        .with("--width", "0.0625")
        .run();
  }

  @Test
  void bench_weightsAndTraining_oneLineOfJsonForEach() {
    assertThat(run("bench", "weights", "--depth", "18", "--classes", "3")).as("%s", err).isZero();
    assertThat(out.toString().lines())
        .hasSize(4)
        .allMatch(line -> line.matches("\\{\"what\":\".*\"cpu_seconds\":[\\d.]+,.*}"));
    String peer = "echo '{\"what\":\"p\",\"per_second\":1,\"cpu_seconds_each\":2,\"peak_mib\":3}'";
    out.getBuffer().setLength(0);
    assertThat(
            run(
                "bench",
                "train",
                "--data",
                shared,
                "--size",
                "48x64",
                "--depth",
                "18",
                "--width",
                "0.125",
                "--batch",
                "2",
                "--steps",
                "200",
                "--device",
                "cpu",
                "--peer",
                peer))
        .as("%s", err)
        .isZero();
    assertThat(out.toString().lines())
        .hasSize(4)
        .anyMatch(line -> line.startsWith("ratio: "))
        .anyMatch(line -> line.startsWith("memory over the last 100 steps: "));
  }

  private static String weights(int count) {
    return String.join(",", IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList());
  }

  private Typed train(String... options) {
    return new Typed(new ArrayList<>())
        .and("train", "--data", shared.toString(), "--size", "48x64", "--depth", "18")
        .and("--width", "0.125", "--batch", "2", "--device", "cpu")
        .and("--out", folder.resolve("run").toString())
        .and(options);
  }

  private final class Typed {
    private final List<String> words;

    private Typed(List<String> words) {
      this.words = words;
    }

    Typed of(Path data) {
      return with("--data", data.toString());
    }

    Typed with(String option, String value) {
      words.set(words.indexOf(option) + 1, value);
      return this;
    }

    Typed to(Path run) {
      words.set(words.indexOf("--out") + 1, run.toString());
      return this;
    }

    Typed and(String... more) {
      words.addAll(List.of(more));
      return this;
    }

    int run() {
      return TrainCommandIT.this.run(words.toArray());
    }
  }

  private int run(Object... words) {
    CommandLine line = Flipside.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(Arrays.stream(words).map(Object::toString).toArray(String[]::new));
  }
}
