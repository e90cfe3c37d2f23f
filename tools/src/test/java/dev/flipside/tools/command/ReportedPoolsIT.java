package dev.flipside.tools.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.tools.Flipside;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Pools and models of which {@code flipside score} once lost or misread a part. */
@Timeout(300)
class ReportedPoolsIT {
  private static final Path CASES = Path.of("src", "test", "resources", "cases");
  private static final Path READOUT = CASES.resolve("pool").resolve("readout.onnx");

  @TempDir Path folder;

  private Path pool;
  private Path scores;
  private String err = "";

  @BeforeEach
  void emptyPool() throws IOException {
    pool = Files.createDirectory(folder.resolve("pool"));
    scores = folder.resolve("scores.jsonl");
  }

  @Test
  void score_sigmoidsDividedByTheirSum_areTakenAsProbabilities() throws IOException {
    draw("one.png", "one.png");

    assertThat(score(model("model-prob-normalised"), "--grid", "2x3", "--acquisition", "entropy"))
        .as("%s", err)
        .isZero();

    requireScores(1.327406, 1.332209, 1.322448, 1.328736, 1.304443, 1.315763);
  }

  /**
   * The right value was calculated in float64: classes of the queries times sigmoids of their
   * masks, summed over the queries, without the last class, as MaskFormer's semantic inference.
   */
  @Test
  void score_queriesOfMasks_areCombinedAndNeverClasses() throws IOException {
    draw("one.png", "one.png");

    assertThat(score(model("model-query-masks"), "--grid", "2x3")).as("%s", err).isZero();

    requireScores(3.2165577, 3.2165577, 3.2165577, 3.2165577, 3.2165577, 3.2165577);
    assertThat(err)
        .contains("classes = 5: the last of 6 classes of a query is taken for \"no object\"");
  }

  @Test
  void score_listWithByteOrderMarkAndCarriageReturns_findsBothImages() throws IOException {
    draw("one.png", "one.png");
    draw("two.png", "two.png");
    Path list = CASES.resolve("pool-list-bom").resolve("list.txt");

    assertThat(score(READOUT, "--classes", "5", "--grid", "2x2", "--list", list.toString()))
        .as("%s", err)
        .isZero();

    assertThat(images()).containsOnlyKeys("one.png", "two.png");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // links need a privilege there
  void score_loopOfLinks_isLeftOutAndNamed() throws IOException {
    draw("one.png", "a/one.png");
    draw("two.png", "a/b/two.png");
    Files.createSymbolicLink(pool.resolve("a/b/again"), Path.of("..", "..", "a"));

    assertThat(score(READOUT, "--classes", "5", "--grid", "2x2")).as("%s", err).isZero();

    assertThat(images()).containsOnlyKeys("a/one.png", "a/b/two.png");
    assertThat(err).contains("a/b/again");
  }

  /** Java reads file names in the character set of the locale, so the launcher decides. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void launcher_localeWithoutUnicode_keepsTheNames() throws Exception {
    draw("one.png", "\u65e5\u672c.png");
    draw("two.png", "\u4e2d\u56fd.png");

    launch("score", "--model", READOUT, "--classes", "5", "--pool", pool, "--grid", "2x2");
    assertThat(images()).containsOnlyKeys("\u4e2d\u56fd.png", "\u65e5\u672c.png");

    Path selection = folder.resolve("selection.jsonl");
    launch("select", "--scores", scores, "-k", "8", "--out", selection);
    assertThat(Files.readAllLines(selection, StandardCharsets.UTF_8)).hasSize(8);
  }

  /** A list in UTF-16, as pandas writes it, of images in folders with such names, too. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void launcher_localeWithoutUnicode_readsListsAndFolders() throws Exception {
    pool = Files.createDirectory(folder.resolve("\u30c7\u30fc\u30bf"));
    draw("one.png", "one.png");
    draw("two.png", "sub/\u00fc \u00e9.png");
    draw("one.png", "\u65e5\u672c.png");
    draw("two.png", "u\u0308 emoji \ud83d\ude00.png");
    Path list =
        Path.of("..", "scorer", "src", "test", "resources", "pools", "pandas_utf-16_crlf.txt");
    List<Object> words =
        List.of("score", "--model", READOUT, "--classes", "5", "--pool", pool, "--grid", "2x2");

    launch(words.toArray());
    assertThat(images())
        .containsOnlyKeys(
            "one.png",
            "sub/\u00fc \u00e9.png",
            "u\u0308 emoji \ud83d\ude00.png",
            "\u65e5\u672c.png");

    List<Object> listed = new ArrayList<>(words);
    listed.addAll(List.of("--list", list, "--force"));
    launch(listed.toArray());
    assertThat(images()).containsOnlyKeys("one.png", "sub/\u00fc \u00e9.png", "\u65e5\u672c.png");
  }

  private void launch(Object... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(Path.of("..", "flipside").toString()));
    Arrays.stream(words).map(Object::toString).forEach(command::add);
    if (!command.contains("--out")) {
      command.addAll(List.of("--out", scores.toString()));
    }
    Path output = folder.resolve("output.txt");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(Map.of("LANG", "C", "LC_ALL", "C"));
    Process process = builder.start();
    assertThat(process.waitFor(200, TimeUnit.SECONDS)).as("ended").isTrue();
    assertThat(process.exitValue()).as("%s", Files.readString(output)).isZero();
  }

  private static Path model(String name) {
    return CASES.resolve(name).resolve("model.onnx");
  }

  private void draw(String image, String name) throws IOException {
    Path file = pool.resolve(name);
    Files.createDirectories(file.getParent());
    Files.copy(CASES.resolve("pool").resolve(image), file);
  }

  private int score(Path model, String... more) {
    List<String> words = new ArrayList<>(List.of("score", "--model", model.toString()));
    words.addAll(List.of("--pool", pool.toString(), "--out", scores.toString()));
    words.addAll(List.of(more));
    StringWriter said = new StringWriter();
    int code =
        Flipside.commandLine()
            .setOut(new PrintWriter(new StringWriter()))
            .setErr(new PrintWriter(said))
            .execute(words.toArray(String[]::new));
    err = said.toString();
    return code;
  }

  private Map<String, JsonNode> images() throws IOException {
    Map<String, JsonNode> images = new TreeMap<>();
    for (String line : Files.readAllLines(scores, StandardCharsets.UTF_8)) {
      JsonNode result = new ObjectMapper().readTree(line);
      if (result.has("image")) {
        images.put(result.get("image").asText(), result.get("scores"));
      }
    }
    return images;
  }

  private void requireScores(double... right) throws IOException {
    JsonNode found = images().get("one.png");
    assertThat(found).hasSize(right.length);
    for (int index = 0; index < right.length; index++) {
      assertThat(found.get(index).asDouble())
          .as("region %s", index)
          .isCloseTo(right[index], within(1e-4));
    }
  }
}
