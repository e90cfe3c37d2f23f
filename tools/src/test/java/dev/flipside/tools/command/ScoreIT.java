package dev.flipside.tools.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.Provenance;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.tools.Flipside;
import dev.flipside.tools.console.ExitCodes;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code flipside score} where the world is unkind, and with a cheap network first. */
@Timeout(300)
class ScoreIT {
  private static final int IMAGES = 120;
  private static final Pattern IMAGE = Pattern.compile("\"image\":\"([^\"]*)\"");

  @TempDir static Path shared;
  @TempDir Path folder;

  private static Path pool;
  private static Path model;
  private static Path whole;

  private String out = "";
  private String err = "";

  @BeforeAll
  static void drawAndScore() throws IOException {
    pool = Files.createDirectory(shared.resolve("pool"));
    for (int image = 0; image < IMAGES; image++) {
      draw(pool.resolve(String.format("%04d.png", image)), image, 40 + image);
    }
    model = shared.resolve("model.onnx");
    network(8).write(model);
    whole = shared.resolve("whole.jsonl");
    ScoreIT first = new ScoreIT();
    assertThat(first.score(whole)).as(first.err).isZero();
  }

  @Test
  void score_killed_resumesToTheSameFile() throws Exception {
    Path scores = folder.resolve("scores.jsonl");
    Process process = start(scores, ProcessBuilder.Redirect.DISCARD);
    Path part = folder.resolve("scores.jsonl.part");
    while (process.isAlive() && (!Files.exists(part) || Files.size(part) < 2000)) {
      Thread.sleep(1);
    }
    process.destroyForcibly().waitFor();
    assertThat(scores).as("killed before the end").doesNotExist();
    long before;
    try (var lines = Files.lines(part)) {
      before = lines.count();
    }

    assertThat(score(scores, "--resume")).as(err).isZero();

    assertThat(before).isBetween(1L, IMAGES - 1L);
    assertThat(err).contains("were scored by an earlier run");
    assertThat(scores).hasSameTextualContentAs(whole);
  }

  @Test
  void score_readerOfItsOutputGone_writesTheWholeFileAllTheSame() throws Exception {
    Path scores = folder.resolve("scores.jsonl");
    Process process = start(scores, ProcessBuilder.Redirect.PIPE);
    process.getInputStream().close();
    process.getErrorStream().close();

    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();

    assertThat(process.exitValue()).isZero();
    assertThat(scores).hasSameTextualContentAs(whole);
  }

  @Test
  void score_fullDisk_saysSoAndLeavesTheEarlierFile() throws IOException {
    assumeThat(Path.of("/dev/full")).exists();
    Path scores = Files.writeString(folder.resolve("scores.jsonl"), "earlier\n");
    Files.createSymbolicLink(folder.resolve("scores.jsonl.part"), Path.of("/dev/full"));

    assertThat(score(scores, "--force")).isEqualTo(CommandLine.ExitCode.SOFTWARE);

    assertThat(err).contains("cannot be written").contains("No space left");
    assertThat(scores).hasContent("earlier\n");
  }

  @Test
  void score_scoreThatIsNoNumber_isReportedAndTheOthersAreAsBefore() throws IOException {
    Path mixed = Files.createDirectory(folder.resolve("pool"));
    Files.copy(pool.resolve("0000.png"), mixed.resolve("a.png"));
    ImageIO.write(
        new BufferedImage(48, 32, BufferedImage.TYPE_INT_RGB),
        "png",
        mixed.resolve("b.png").toFile());
    Files.copy(pool.resolve("0001.png"), mixed.resolve("c.png"));
    Path divided = folder.resolve("divided.onnx");
    brightness().write(divided);
    Path scores = folder.resolve("scores.jsonl");

    int code =
        run(
            "score",
            "--model",
            divided,
            "--output-meaning",
            "logits",
            "--classes",
            "3",
            "--scale",
            "1",
            "--mean",
            "0,0,0",
            "--std",
            "1,1,1",
            "--pool",
            mixed,
            "--grid",
            "2x2",
            "--out",
            scores);

    assertThat(code).as(err).isEqualTo(ExitCodes.PARTLY_DONE);
    List<String> lines = Files.readAllLines(scores);
    assertThat(lines.get(0)).contains("\"scores\"");
    assertThat(lines.get(1)).contains("\"image\":\"b.png\"").contains("NaN").contains("not finite");
    assertThat(lines.get(2)).contains("\"scores\"");
  }

  @Test
  void score_imageThatDeclaresTooMuch_isReported() throws IOException {
    Path mixed = Files.createDirectory(folder.resolve("pool"));
    byte[] image = Files.readAllBytes(pool.resolve("0000.png"));
    Files.write(mixed.resolve("a.png"), image);
    byte[] huge = image.clone();
    byte[] side = {0, 1, (byte) 0x86, (byte) 0xA0}; // 100,000
    System.arraycopy(side, 0, huge, 16, 4);
    System.arraycopy(side, 0, huge, 20, 4);
    Files.write(mixed.resolve("b.png"), huge);
    Path scores = folder.resolve("scores.jsonl");

    int code = run("score", "--model", model, "--pool", mixed, "--grid", "2x2", "--out", scores);

    assertThat(code).as(err).isEqualTo(ExitCodes.PARTLY_DONE);
    assertThat(Files.readAllLines(scores).get(1)).contains("b.png").contains("\"error\"");
  }

  @Test
  void score_cascade_selectsWhatTheExactModelWould() throws IOException {
    Path cheap = quantized();
    Path scores = folder.resolve("scores.jsonl");

    assertThat(score(scores, "--cascade", cheap, "--top", "5", "--sample", "16", "--audit"))
        .as(err)
        .isZero();

    assertThat(out)
        .containsPattern("estimates: .*int8 in \\d+ of 4 convolutions\n")
        .contains("rescored: ")
        .contains(" of 120 images")
        .contains("audit: 5 of the 5 best regions found, in the same order");
    assertThat(select(scores, 5, "two.jsonl")).isEqualTo(select(whole, 5, "one.jsonl"));
    long exact;
    try (var lines = Files.lines(folder.resolve("scores.jsonl.exact"))) {
      exact = lines.count();
    }
    assertThat(exact).isBetween(16L, IMAGES - 1L);
    assertThat(run("select", "--scores", scores, "-k", "6", "--out", folder.resolve("x")))
        .isEqualTo(CommandLine.ExitCode.SOFTWARE);
    assertThat(err).contains("best 5 regions").contains("--top 6");
    String before = Files.readString(scores);
    assertThat(score(scores, "--cascade", cheap, "--top", "5", "--sample", "16", "--resume"))
        .as(err)
        .isZero();
    assertThat(scores).hasContent(before);
  }

  @Test
  void score_cascadeCutOff_resumesToTheSameFiles() throws IOException {
    Path cheap = quantized();
    Path scores = folder.resolve("scores.jsonl");
    assertThat(score(scores, "--cascade", cheap, "--top", "5")).as(err).isZero();
    Map<Path, String> before = new HashMap<>();
    for (String suffix : List.of("", ".estimates", ".refined", ".exact")) {
      Path file = Path.of(scores + suffix);
      before.put(file, Files.readString(file));
    }
    Files.delete(scores);
    for (String suffix : List.of(".refined", ".exact")) {
      Path file = Path.of(scores + suffix);
      String text = Files.readString(file);
      Files.writeString(Path.of(file + ".part"), text.substring(0, text.length() / 2));
      Files.delete(file);
    }

    assertThat(score(scores, "--cascade", cheap, "--top", "5", "--resume")).as(err).isZero();

    for (Map.Entry<Path, String> each : before.entrySet()) {
      assertThat(each.getKey()).hasContent(each.getValue());
    }
    // With a score in it that no network gives: what was kept is not scored again.
    Path exact = Path.of(scores + ".exact");
    Files.writeString(
        Path.of(exact + ".part"),
        Files.readString(exact).replaceFirst("\"scores\":\\[[^,]*,", "\"scores\":[0.0078125,"));

    assertThat(score(scores, "--cascade", cheap, "--top", "5", "--resume")).as(err).isZero();

    assertThat(exact).content().contains("\"scores\":[0.0078125,");
  }

  @Test
  void score_cascadeCutOff_believesTheRefinedEstimatesThatAreKept() throws IOException {
    Path cheap = quantized();
    Path scores = folder.resolve("scores.jsonl");
    Object[] cascade = {"--cascade", cheap, "--top", "5"};
    assertThat(score(scores, cascade)).as(err).isZero();
    Path refined = Path.of(scores + ".refined");
    Path exact = Path.of(scores + ".exact");
    String image = images(refined).get(0);
    // As if the run had been cut off before its first exact score, with a refined estimate that no
    // network gives: so high that the image has to be scored exactly, whatever its first estimate.
    Files.delete(scores);
    Files.delete(exact);
    String high = "\"scores\":[2.5,2.5,2.5,2.5,2.5,2.5]";
    Files.writeString(
        Path.of(refined + ".part"),
        Files.readString(refined)
            .replaceFirst(
                "(\"image\":\"" + Pattern.quote(image) + "\".*?)\"scores\":\\[[^]]*]",
                "$1" + high));
    Files.delete(refined);

    assertThat(score(scores, with(cascade, "--resume"))).as(err).isZero();

    assertThat(images(exact)).contains(image);
    assertThat(Files.readAllLines(refined))
        .as("not refined again")
        .filteredOn(line -> line.contains(high))
        .singleElement(InstanceOfAssertFactories.STRING)
        .contains(image);
    assertThat(select(scores, 5, "two.jsonl")).isEqualTo(select(whole, 5, "one.jsonl"));
  }

  @Test
  void score_cascadeWithClassWeights_selectsWhatTheWeightedExactModelWould() throws IOException {
    Path weighted = folder.resolve("weighted.jsonl");
    assertThat(score(weighted, "--class-weights", "1,4,0.5")).as(err).isZero();
    Path scores = folder.resolve("scores.jsonl");

    assertThat(
            score(
                scores,
                "--cascade",
                quantized(),
                "--top",
                "5",
                "--audit",
                "--class-weights",
                "1,4,0.5"))
        .as(err)
        .isZero();

    // Weights are no sum over views, so there is nothing to refine.
    assertThat(out).contains("audit: 5 of the 5 best regions found").doesNotContain("refined");
    assertThat(images(Path.of(scores + ".exact"))).hasSizeLessThan(IMAGES);
    String selected = select(scores, 5, "two.jsonl");
    assertThat(selected).isEqualTo(select(weighted, 5, "one.jsonl"));
    assertThat(selected).as("weights matter").isNotEqualTo(select(whole, 5, "equal.jsonl"));
  }

  @Test
  void score_cascadeOfImagesNamedTwice_givesThemTwoLinesAndSelectsThemOnce() throws IOException {
    select(whole, 1, "best.jsonl");
    String best = images(folder.resolve("best.jsonl")).get(0);
    List<String> named = new ArrayList<>(images(whole));
    named.add(3, best);
    named.add(images(whole).get(7)); // one that is ruled out
    Path list = Files.write(folder.resolve("list.txt"), named);
    Path plain = folder.resolve("plain.jsonl");
    assertThat(score(plain, "--list", list)).as(err).isZero();
    Path scores = folder.resolve("scores.jsonl");
    Object[] cascade = {"--list", list, "--cascade", quantized(), "--top", "5"};

    assertThat(score(scores, with(cascade, "--audit"))).as(err).isZero();

    assertThat(out)
        .contains(" of 120 images")
        .contains("audit: 5 of the 5 best regions found, in the same order");
    assertThat(images(plain)).isEqualTo(named);
    assertThat(images(scores)).isEqualTo(named);
    assertThat(select(scores, 5, "two.jsonl"))
        .isEqualTo(select(plain, 5, "one.jsonl"))
        .isEqualTo(select(whole, 5, "once.jsonl"));
    String before = Files.readString(scores);
    assertThat(score(scores, with(cascade, "--resume"))).as(err).isZero();
    assertThat(scores).hasContent(before);
  }

  @Test
  void score_cascadeInBatches_selectsTheSame() throws IOException {
    Path cheap = quantized();
    Path scores = folder.resolve("scores.jsonl");

    assertThat(score(scores, "--cascade", cheap, "--top", "5", "--batch", "8", "--audit"))
        .as(err)
        .isZero();

    assertThat(out).contains("audit: 5 of the 5 best regions found, in the same order");
    assertThat(images(Path.of(scores + ".exact"))).hasSizeLessThan(IMAGES);
    assertThat(select(scores, 5, "two.jsonl")).isEqualTo(select(whole, 5, "one.jsonl"));
  }

  @Test
  void score_cascadeOnAnotherScale_selectsNoEstimate() throws IOException {
    // A network that is half as sure of everything: its entropies are higher throughout.
    Path cheap = folder.resolve("cheap.onnx");
    network(8, 0.5f).write(cheap);
    Path scores = folder.resolve("scores.jsonl");

    assertThat(score(scores, "--cascade", cheap, "--top", "5")).as(err).isZero();

    assertThat(select(scores, 5, "two.jsonl")).isEqualTo(select(whole, 5, "one.jsonl"));
  }

  @Test
  void score_cascadeByAMeasureOfOneView_estimatesItWhole() throws IOException {
    Path cheap = quantized();
    Path scores = folder.resolve("scores.jsonl");

    assertThat(
            score(scores, "--cascade", cheap, "--top", "5", "--audit", "--acquisition", "entropy"))
        .as(err)
        .isZero();

    assertThat(out).contains("audit: 5 of the 5 best regions found").doesNotContain("refined");
    assertThat(Path.of(scores + ".refined")).doesNotExist();
  }

  @Test
  void score_inTiles_hasTheSameRegionsAndRefusesACascade() throws IOException {
    Path scores = folder.resolve("tiles.jsonl");

    assertThat(score(scores, "--tile", "24x24", "--overlap", "8", "--batch", "3")).as(err).isZero();

    assertThat(regionsOf(scores)).isEqualTo(regionsOf(whole));
    assertThat(score(folder.resolve("a"), "--tile", "24x24", "--overlap", "24")).isEqualTo(2);
    assertThat(err).contains("expected an overlap of 0 to less than the shorter side");
    assertThat(
            score(folder.resolve("d"), "--tile", "24x24", "--acquisition", "translation-entropy"))
        .isEqualTo(2);
    assertThat(err).contains("translation-entropy in tiles");
    assertThat(score(folder.resolve("b"), "--overlap", "4")).isEqualTo(2);
    assertThat(err).contains("--overlap needs --tile");
    assertThat(score(folder.resolve("c"), "--tile", "24x24", "--cascade", model, "--top", "3"))
        .isEqualTo(2);
    assertThat(err).contains("--tile");
  }

  @Test
  void score_cascadeWithoutTop_isBadUse() {
    assertThat(score(folder.resolve("x"), "--cascade", model))
        .isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err).contains("--top");
  }

  /** The network in 8 bits. */
  private Path quantized() {
    Path cheap = folder.resolve("int8.onnx");
    assertThat(run("models", "quantize", model, "--pool", pool, "--images", "8", "--out", cheap))
        .as(err)
        .isZero();
    return cheap;
  }

  /** The images that the lines of a score file or a selection are of. */
  private static List<String> images(Path file) throws IOException {
    return IMAGE.matcher(Files.readString(file)).results().map(found -> found.group(1)).toList();
  }

  private static Object[] with(Object[] words, Object more) {
    Object[] all = Arrays.copyOf(words, words.length + 1);
    all[words.length] = more;
    return all;
  }

  private String select(Path scores, int k, String name) throws IOException {
    Path selection = folder.resolve(name);
    assertThat(run("select", "--scores", scores, "-k", k, "--out", selection)).as(err).isZero();
    return Files.readString(selection);
  }

  /** Image, row and column of each line of a score file. */
  private static List<String> regionsOf(Path scores) throws IOException {
    return Files.readAllLines(scores).stream()
        .map(line -> line.replaceAll("\"scores\":\\[[^]]*]|\"score\":[-0-9.Ee]+", ""))
        .toList();
  }

  private int score(Path scores, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of("score", "--model", model, "--pool", pool, "--grid", "2x3", "--out", scores));
    words.addAll(Arrays.asList(more));
    return run(words.toArray());
  }

  private static Process start(Path scores, ProcessBuilder.Redirect to) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "dev.flipside.tools.Flipside",
            "score",
            "--model",
            model.toString(),
            "--pool",
            pool.toString(),
            "--grid",
            "2x3",
            "--out",
            scores.toString())
        .redirectOutput(to)
        .redirectError(to)
        .start();
  }

  /** Noise whose strength differs from image to image. */
  private static void draw(Path file, int seed, int strength) throws IOException {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(192, 128, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int value = 40 + random.nextInt(strength) + x / 4;
        image.setRGB(x, y, (value << 16) | ((random.nextInt(strength) + 20) << 8) | (value / 2));
      }
    }
    ImageIO.write(image, "png", file.toFile());
  }

  /** Four convolutions with seeded weights. */
  private static OnnxModelFile network(int width) {
    return network(width, 1);
  }

  /** The same with its logits times a factor. */
  private static OnnxModelFile network(int width, float factor) {
    OnnxGraph graph = new OnnxGraph("network", 17);
    Random random = new Random(9);
    OnnxValue x = graph.input("input", TensorType.FLOAT32, "N", 3, "H", "W");
    int[] widths = {3, width, 2 * width, width, 3};
    for (int layer = 0; layer < 4; layer++) {
      float[] weights = new float[widths[layer] * widths[layer + 1] * 9];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) (random.nextGaussian() / Math.sqrt(4.5 * widths[layer]));
        weights[i] *= layer == 3 ? factor : 1;
      }
      OnnxGraph scope = graph.scope("layer" + layer);
      x =
          scope.node(
              "Conv",
              Map.of("pads", new long[] {1, 1, 1, 1}),
              x,
              scope.initializer("w", weights, widths[layer + 1], widths[layer], 3, 3));
      x = layer == 3 ? x : scope.node("Relu", Map.of(), x);
    }
    graph.output("output", x, TensorType.FLOAT32, "N", 3, "H", "W");
    Provenance provenance =
        new Provenance("test", "", 9, new TreeMap<>(), new TreeMap<>(), Instant.EPOCH);
    return graph.build("test", "1").withCard(ModelCard.trained(ClassMap.unnamed(3), provenance));
  }

  /** Pixels by their largest value: 0 by 0 for an image that is black. */
  private static OnnxModelFile brightness() {
    OnnxGraph graph = new OnnxGraph("brightness", 17);
    OnnxValue x = graph.input("input", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue largest =
        graph.node("ReduceMax", Map.of("axes", new long[] {1, 2, 3}, "keepdims", 1L), x);
    graph.output(
        "output", graph.node("Div", Map.of(), x, largest), TensorType.FLOAT32, "N", 3, "H", "W");
    return graph.build("test", "1");
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
