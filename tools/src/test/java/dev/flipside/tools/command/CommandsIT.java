package dev.flipside.tools.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionFile;
import dev.flipside.tools.Flipside;
import dev.flipside.tools.console.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands as a user types them, on drawn scenes and a network trained for one epoch. */
class CommandsIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path shared;
  @TempDir Path folder;

  private static Path data;
  private static Path model;

  private String out = "";
  private String err = "";

  @BeforeAll
  static void makeDataAndModel() {
    data = shared.resolve("data");
    model = shared.resolve("training/model.onnx");
    CommandsIT first = new CommandsIT();
    assertThat(first.run("synth", "--out", data, "--size", "48x64", "--train", "6", "--test", "3"))
        .as(first.err)
        .isZero();
    assertThat(
            first.run(
                "train",
                "--data",
                data,
                "--size",
                "48x64",
                "--depth",
                "18",
                "--width",
                "0.125",
                "--epochs",
                "1",
                "--batch",
                "2",
                "--device",
                "cpu",
                "--out",
                shared.resolve("training")))
        .as(first.err)
        .isZero();
  }

  @Test
  void select_excludedImagesSpelledOtherwise_areExcluded() throws IOException {
    Path cases = Path.of("src", "test", "resources", "cases", "select-exclude-no-match");
    Path selection = folder.resolve("selection.jsonl");
    String earlier = Files.readString(cases.resolve("earlier.jsonl"));

    assertThat(select(cases, cases.resolve("earlier.jsonl"), selection)).as(err).isZero();

    assertThat(err).doesNotContain("warning");
    List<RegionId> before =
        SelectionFile.read(cases.resolve("earlier.jsonl")).stream()
            .map(SelectedRegion::id)
            .toList();
    assertThat(SelectionFile.read(selection))
        .hasSize(10)
        .noneMatch(
            each ->
                before.contains(
                    new RegionId("./" + each.id().image(), each.id().row(), each.id().col())));
    Path other = Files.writeString(folder.resolve("other.jsonl"), earlier.replace("./", "pool/"));
    assertThat(select(cases, other, selection)).isZero();
    assertThat(err)
        .contains("warning: excluded regions are of images that the scores do not have: ");
  }

  private int select(Path cases, Path excluded, Path selection) {
    return run(
        "select",
        "--scores",
        cases.resolve("scores.jsonl"),
        "-k",
        "10",
        "--exclude",
        excluded,
        "--force",
        "--out",
        selection);
  }

  @Test
  void score_pool_writesALineForEachImageInPoolOrder() throws IOException {
    Path scores = folder.resolve("scores.jsonl");

    assertThat(run("score", "--model", model, "--pool", data, "--grid", "3x4", "--out", scores))
        .as(err)
        .isZero();

    List<String> lines = Files.readAllLines(scores);
    assertThat(lines).hasSize(9);
    JsonNode first = JSON.readTree(lines.get(0));
    assertThat(first.get("image").asText()).isEqualTo("test/scene_00006.png");
    assertThat(first.get("height").asInt()).isEqualTo(48);
    assertThat(first.get("width").asInt()).isEqualTo(64);
    assertThat(first.get("rows").asInt()).isEqualTo(3);
    assertThat(first.get("cols").asInt()).isEqualTo(4);
    assertThat(first.get("regionHeight").asInt()).isEqualTo(16);
    assertThat(first.get("regionWidth").asInt()).isEqualTo(16);
    assertThat(first.get("scores")).hasSize(12);
    for (JsonNode score : first.get("scores")) {
      assertThat(score.asDouble()).isBetween(0.0, 2 * Math.log(11));
    }
  }

  @Test
  void score_oneTruncatedImage_reportsItAndKeepsTheOthers() throws IOException {
    Path pool = Files.createDirectory(folder.resolve("pool"));
    Path whole = data.resolve("train/scene_00000.png");
    Files.copy(whole, pool.resolve("a.png"));
    byte[] bytes = Files.readAllBytes(whole);
    Files.write(pool.resolve("b.png"), Arrays.copyOf(bytes, bytes.length / 2));
    Files.copy(data.resolve("train/scene_00001.png"), pool.resolve("c.png"));
    Path scores = folder.resolve("scores.jsonl");

    assertThat(run("score", "--model", model, "--pool", pool, "--grid", "2x2", "--out", scores))
        .isEqualTo(ExitCodes.PARTLY_DONE);

    List<String> lines = Files.readAllLines(scores);
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).contains("\"image\":\"a.png\"").contains("scores");
    assertThat(lines.get(1)).contains("\"image\":\"b.png\"").contains("\"error\":");
    assertThat(lines.get(2)).contains("\"image\":\"c.png\"").contains("scores");
    assertThat(out).contains("2 scored, 1 failed");
  }

  @Test
  void select_twice_excludesTheFirstSelection() {
    Path scores = scored();
    Path first = folder.resolve("first.jsonl");
    Path second = folder.resolve("second.jsonl");

    assertThat(run("select", "--scores", scores, "-k", "5", "--out", first)).as(err).isZero();
    assertThat(run("select", "--scores", scores, "-k", "5", "--exclude", first, "--out", second))
        .as(err)
        .isZero();

    var best = SelectionFile.read(first);
    var next = SelectionFile.read(second);
    assertThat(best).hasSize(5);
    assertThat(next).hasSize(5);
    assertThat(next.get(0).score()).isLessThanOrEqualTo(best.get(4).score());
    assertThat(next.stream().map(each -> each.id()).toList())
        .doesNotContainAnyElementsOf(best.stream().map(each -> each.id()).toList());
  }

  @Test
  void select_moreThanThereIs_failsAndWritesNothing() {
    Path selection = folder.resolve("selection.jsonl");

    assertThat(run("select", "--scores", scored(), "-k", "1000", "--out", selection)).isEqualTo(1);

    assertThat(err).contains("1000").contains("108");
    assertThat(selection).doesNotExist();
  }

  @Test
  void evaluate_testSplit_writesMetrics() throws IOException {
    Path metrics = folder.resolve("metrics.json");

    assertThat(
            run("evaluate", "--model", model, "--data", data, "--split", "test", "--out", metrics))
        .as(err)
        .isZero();

    JsonNode json = JSON.readTree(metrics.toFile());
    assertThat(json.get("miou").asDouble()).isBetween(0.0, 1.0);
    assertThat(json.get("iou")).hasSize(11);
    assertThat(json.get("confusion")).hasSize(11);
    long counted = 0;
    for (JsonNode row : json.get("confusion")) {
      for (JsonNode cell : row) {
        counted += cell.asLong();
      }
    }
    assertThat(counted).isBetween(1L, 3L * 48 * 64);
  }

  @Test
  void evaluate_imageWithoutLabel_namesIt() throws IOException {
    Path broken = folder.resolve("data");
    Files.createDirectories(broken.resolve("test"));
    Files.createDirectories(broken.resolve("testannot"));
    Files.copy(data.resolve("test/scene_00006.png"), broken.resolve("test/alone.png"));

    assertThat(
            run("evaluate", "--model", model, "--data", broken, "--out", folder.resolve("m.json")))
        .isEqualTo(1);

    assertThat(err).contains("alone.png").contains("label");
    assertThat(folder.resolve("m.json")).doesNotExist();
  }

  @Test
  void evaluate_labelOfAnotherSize_namesBothSizes() throws IOException {
    Path broken = folder.resolve("data");
    assertThat(run("synth", "--out", broken, "--size", "64x64", "--train", "1", "--test", "1"))
        .isZero();
    Files.copy(
        data.resolve("testannot/scene_00006.png"),
        broken.resolve("testannot/scene_00001.png"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    assertThat(
            run("evaluate", "--model", model, "--data", broken, "--out", folder.resolve("m.json")))
        .isEqualTo(1);

    assertThat(err).contains("48x64").contains("64x64");
  }

  @Test
  void score_noSuchFolder_saysSo() {
    assertThat(
            run(
                "score",
                "--model",
                model,
                "--pool",
                folder.resolve("nowhere"),
                "--grid",
                "2x2",
                "--out",
                folder.resolve("s.jsonl")))
        .isEqualTo(1);

    assertThat(err).contains("nowhere").doesNotContain("Exception");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void score_fileThatIsNoModel_saysSo() throws IOException {
    Path fake = folder.resolve("fake.onnx");
    Files.writeString(fake, "this is not a model");

    assertThat(
            run(
                "score",
                "--model",
                fake,
                "--pool",
                data,
                "--grid",
                "2x2",
                "--out",
                folder.resolve("s.jsonl")))
        .isEqualTo(1);

    assertThat(err).contains("fake.onnx").doesNotContain("\tat ");
    assertThat(folder.resolve("s.jsonl")).doesNotExist();
  }

  @Test
  void score_gridOfNoRows_isBadUse() {
    assertThat(
            run(
                "score",
                "--model",
                model,
                "--pool",
                data,
                "--grid",
                "0x5",
                "--out",
                folder.resolve("s.jsonl")))
        .isEqualTo(2);

    assertThat(err).contains("--grid").contains("at least 1 row");
  }

  @Test
  void score_gridFinerThanPixels_reportsEveryImage() {
    assertThat(
            run(
                "score",
                "--model",
                model,
                "--pool",
                data,
                "--grid",
                "100x100",
                "--out",
                folder.resolve("s.jsonl")))
        .isEqualTo(ExitCodes.FAILED);

    assertThat(out).contains("0 scored, 9 failed");
    assertThat(err)
        .contains(
            "failed: test/scene_00006.png: ",
            "failed: 4 more, ",
            "error: no image could be scored");
  }

  @Test
  void score_existingFile_isReplacedOnlyByForce() throws IOException {
    Path scores = Files.writeString(folder.resolve("s.jsonl"), "kept");
    Object[] words = {
      "score", "--model", model, "--pool", data, "--grid", "2x2", "--json", "--out", scores
    };

    assertThat(run(words)).isEqualTo(ExitCodes.FAILED);
    assertThat(err).contains("exists already; replace it with --force");
    assertThat(scores).hasContent("kept");
    words[6] = "2x2";
    assertThat(run(Stream.concat(Arrays.stream(words), Stream.of("--force")).toArray())).isZero();
    assertThat(JSON.readTree(out).get("scored").asInt()).isEqualTo(9);
  }

  @Test
  void scoreAndEvaluate_otherSizes_useThatOfTheCardUnlessTold() throws IOException {
    Path large = folder.resolve("large");
    assertThat(run("synth", "--out", large, "--size", "96x128", "--train", "1", "--test", "2"))
        .isZero();
    Path scores = folder.resolve("s.jsonl");
    Object[] words = {
      "score",
      "--model",
      model,
      "--pool",
      large.resolve("train"),
      "--grid",
      "3x4",
      "--force",
      "--out",
      scores
    };

    assertThat(run(words)).isZero();
    assertThat(err).contains("note: images are resized to 48x64, at which the model was trained");
    assertThat(JSON.readTree(Files.readString(scores)).get("height").asInt()).isEqualTo(48);
    assertThat(run(Stream.concat(Arrays.stream(words), Stream.of("--size=original")).toArray()))
        .isZero();
    assertThat(err).doesNotContain("note: images are resized");
    assertThat(JSON.readTree(Files.readString(scores)).get("height").asInt()).isEqualTo(96);

    Path metrics = folder.resolve("m.json");
    assertThat(run("evaluate", "--model", model, "--data", large, "--out", metrics)).isZero();
    assertThat(JSON.readTree(metrics.toFile()).get("size").asText()).isEqualTo("48x64");
  }

  @Test
  void models_idInsteadOfAFile_isTakenFromTheRegistry() throws IOException {
    Path registry = folder.resolve("registry");
    assertThat(run("models", "add", model, "--registry", registry)).as(err).isZero();
    String id = out.strip();
    Path metrics = folder.resolve("m.json");

    assertThat(
            run(
                "evaluate",
                "--model",
                id.substring(7, 15),
                "--registry",
                registry,
                "--data",
                data,
                "--json",
                "--out",
                metrics))
        .as(err)
        .isZero();
    assertThat(JSON.readTree(out).get("model").asText()).isEqualTo(id);
    assertThat(run("inspect", "active", "--registry", registry)).isEqualTo(ExitCodes.FAILED);
    assertThat(err).contains("no model of the registry is active");
    assertThat(run("models", "activate", id, "--registry", registry)).isZero();
    assertThat(run("inspect", "active", "--registry", registry, "--json")).isZero();
    assertThat(
            run(
                "evaluate",
                "--model",
                "abcdef",
                "--registry",
                registry,
                "--data",
                data,
                "--out",
                folder.resolve("n.json")))
        .isEqualTo(ExitCodes.FAILED);
    assertThat(err).contains("no model of the registry has this ID", "flipside models list");
  }

  @Test
  void score_outputFolderMissing_saysSoBeforeScoring() {
    assertThat(
            run(
                "score",
                "--model",
                model,
                "--pool",
                data,
                "--grid",
                "2x2",
                "--out",
                folder.resolve("missing/s.jsonl")))
        .isEqualTo(1);

    assertThat(err).contains("missing").doesNotContain("\tat ");
  }

  @Test
  void simulate_twoBudgets_writesTheRunFolder() throws IOException {
    Path run = folder.resolve("run");
    Object[] command = {
      "simulate",
      "--data",
      data,
      "--size",
      "48x64",
      "--grid",
      "3x4",
      "--depth",
      "18",
      "--width",
      "0.125",
      "--strategy",
      "random,equal,full+",
      "--budgets",
      "0.1,0.3",
      "--step",
      "8",
      "--final-epochs",
      "1",
      "--batch",
      "2",
      "--device",
      "cpu",
      "--out",
      run,
      "--class-weights",
      "1,1,2,1,1,1,1,1,1,1,1"
    };

    assertThat(run(command)).as(err).isZero();

    // 6 images of 12 regions: 7 at the first mark, then 8 and 6 up to 21.
    for (String strategy : List.of("random", "equal")) {
      Path arm = run.resolve(strategy).resolve("seed-0");
      assertThat(rounds(arm)).containsExactlyEntriesOf(new TreeMap<>(Map.of(1, 7, 2, 8, 3, 6)));
      assertThat(SelectionFile.read(arm.resolve("selected.jsonl")))
          .extracting(SelectedRegion::id)
          .doesNotHaveDuplicates();
      assertThat(arm.resolve("mark-7/model.onnx")).exists();
      assertThat(arm.resolve("mark-21/metrics.json")).exists();
      assertThat(arm.resolve("pictures/1-1.png")).exists();
    }
    List<String> results = Files.readAllLines(run.resolve("results.csv"));
    assertThat(
            results.stream()
                .skip(1)
                .map(row -> row.split(",", 6))
                .map(row -> row[0] + row[3] + row[4]))
        .containsExactly(
            "randomfinal7",
            "randomfinal21",
            "equalselect7",
            "equalfinal7",
            "equalselect21",
            "equalfinal21",
            "full+final72");
    assertThat(run.resolve("run.json"))
        .content()
        .contains("\"selecting\" : \"no network\"", "\"acquisition\" : \"flip-entropy\"");
    assertThat(run.resolve("summary.csv")).content().contains("difference,equal,random,0.100000");
    assertThat(run.resolve("summary.json")).exists();
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("<svg")
        .doesNotContain("src=\"http");

    assertThat(run.resolve("run.json"))
        .content()
        .contains("cross-entropy of one view, class weights [1.0, 1.0, 2.0, 1.0");

    assertThat(run(command)).as("a run folder that is in use").isEqualTo(1);
    command[16] = "9";
    assertThat(run(Stream.concat(Arrays.stream(command), Stream.of("--resume")).toArray()))
        .isEqualTo(1);
    assertThat(err).contains("Regions labelled in a step: now 9, in the run 8");
    command[command.length - 1] = "1,2";
    assertThat(run(command)).isEqualTo(2);
    assertThat(err).contains("2 weights, expected one for each of the 11 classes");
  }

  @Test
  void simulate_lazyRescoringAudited_saysWhatWasRescored() throws IOException {
    Path run = folder.resolve("run");

    assertThat(
            run(
                "simulate",
                "--data",
                data,
                "--size",
                "48x64",
                "--grid",
                "3x4",
                "--depth",
                "18",
                "--width",
                "0.125",
                "--strategy",
                "random,equal",
                "--budgets",
                "0.2",
                "--step",
                "5",
                "--final-epochs",
                "1",
                "--batch",
                "2",
                "--device",
                "cpu",
                "--rescoring",
                "lazy",
                "--audit-every",
                "2",
                "--out",
                run))
        .as(err)
        .isZero();

    // A pool of 6 images is smaller than the sample, so every image is rescored in every step.
    assertThat(Files.readAllLines(run.resolve("rescoring.csv")))
        .containsExactly(
            "strategy,seed,step,k,pool_images,rescored_images,audited,in_exact_top_k,in_exact_top_2k",
            "equal,0,1,5,6,6,false,,",
            "equal,0,2,5,6,6,true,5,5",
            "equal,0,3,4,6,6,false,,");
  }

  /** How many regions were selected in each round. */
  private static SortedMap<Integer, Integer> rounds(Path arm) throws IOException {
    SortedMap<Integer, Integer> rounds = new TreeMap<>();
    for (String line : Files.readAllLines(arm.resolve("selected.jsonl"))) {
      rounds.merge(JSON.readTree(line).get("round").asInt(), 1, Integer::sum);
    }
    return rounds;
  }

  @Test
  void inspect_ownModel_tellsItsCard() {
    assertThat(run("inspect", model)).as(err).isZero();

    assertThat(out).contains("11").contains("logits").contains("sha256:");
  }

  @Test
  void doctor_here_findsWhatIsNeeded() throws IOException {
    assertThat(run("doctor")).as(out).isZero();

    assertThat(out).contains("OpenCV").contains("PyTorch").contains("cpu");

    assertThat(run("doctor", "--json")).as(out).isZero();
    JsonNode report = JSON.readTree(out);
    assertThat(report.get("healthy").asBoolean()).isTrue();
    assertThat(report.findValuesAsText("part")).contains("OpenCV", "Training", "Scoring");
  }

  private Path scored() {
    Path scores = folder.resolve("scored.jsonl");
    assertThat(run("score", "--model", model, "--pool", data, "--grid", "3x4", "--out", scores))
        .as(err)
        .isZero();
    return scores;
  }

  private int run(Object... words) {
    StringWriter stdout = new StringWriter();
    StringWriter stderr = new StringWriter();
    CommandLine line =
        Flipside.commandLine()
            .setOut(new PrintWriter(stdout))
            .setErr(new PrintWriter(stderr))
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    int code = line.execute(Arrays.stream(words).map(Object::toString).toArray(String[]::new));
    out = stdout.toString();
    err = stderr.toString();
    return code;
  }
}
