package dev.flipside.scorer.scores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreFileTest {
  private static final RegionGrid GRID = new GridSpec.Counts(2, 2).on(new ImageSize(5, 7));
  private static final SortedMap<String, String> RUN =
      new TreeMap<>(Map.of("model", "sha256:1", "grid", "2x2"));

  @TempDir Path folder;

  @Test
  void format_scores_hasTheFixedFields() throws IOException {
    RegionScores scores = new RegionScores("a/b.png", GRID, new float[] {1.5f, 0, 2.25f, 3});

    assertThat(ScoreLine.format(scores))
        .isEqualTo(
            "{\"image\":\"a/b.png\",\"height\":5,\"width\":7,\"rows\":2,\"cols\":2,"
                + "\"regionHeight\":3,\"regionWidth\":4,\"scores\":[1.5,0.0,2.25,3.0]}");
    assertThat(ScoreLine.format(new ImageFailure("a", "no \"x\"\n")))
        .isEqualTo("{\"image\":\"a\",\"error\":\"no \\\"x\\\"\\n\"}");
  }

  @Test
  void read_anyFloatAndAnyName_givesTheSameBack() throws IOException {
    Random random = new Random(3);
    List<ImageResult> results = new ArrayList<>();
    for (int image = 0; image < 500; image++) {
      float[] scores = new float[GRID.count()];
      for (int index = 0; index < scores.length; index++) {
        float any = Float.intBitsToFloat(random.nextInt());
        scores[index] =
            switch (random.nextInt(4)) {
              case 0 -> random.nextFloat();
              case 1 -> random.nextFloat() * 1e-6f;
              case 2 -> Float.isFinite(any) ? any : Float.MIN_VALUE;
              default -> -random.nextInt(100);
            };
      }
      String name = image % 3 == 0 ? "näme \"" + image + "\"\\\t\u0001 \uD83D\uDE00" : "n" + image;
      results.add(
          image % 7 == 0 ? new ImageFailure(name, name) : new RegionScores(name, GRID, scores));
    }
    Path file = folder.resolve("scores.jsonl");
    try (ScoreFileWriter writer = ScoreFileWriter.create(file, RUN)) {
      for (ImageResult result : results) {
        writer.accept(result);
      }
      writer.complete();
    }

    assertThat(read(file)).isEqualTo(results);
    for (String line : Files.readAllLines(file)) {
      JsonNode json = new ObjectMapper().readTree(line);
      assertThat(json.has("image")).isTrue();
    }
  }

  @Test
  void read_otherSpacingAndOrder_isUnderstood() throws IOException {
    Path file = folder.resolve("scores.jsonl");
    Files.writeString(
        file,
        """
        { "scores": [1, 2.5, 3e-1, 4], "image": "a.png", "height": 5, "width": 7,
        """
                .strip()
            + " \"rows\": 2, \"cols\": 2, \"regionHeight\": 3, \"regionWidth\": 4}\r\n\n");

    assertThat(read(file))
        .containsExactly(new RegionScores("a.png", GRID, new float[] {1, 2.5f, 0.3f, 4}));
  }

  @Test
  void read_errorOfNull_isNone() throws IOException {
    RegionScores scores = new RegionScores("a", GRID, new float[4]);
    String line = ScoreLine.format(scores);
    assertThat(read(write(line.replace("}", ",\"error\":null}") + "\n"))).containsExactly(scores);
  }

  @Test
  void read_badLines_nameFileLineAndReason() throws IOException {
    String good = ScoreLine.format(new RegionScores("a", GRID, new float[4]));
    assertThatThrownBy(() -> read(write(good + "\nnonsense\n")))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("scores.jsonl line 2: not a line of JSON: nonsense");
    assertThatThrownBy(() -> read(write(good.replace("0.0]", "NaN]") + "\n")))
        .hasMessageContaining("line 1: ");
    assertThatThrownBy(() -> read(write(good.replace("0.0]", "null]") + "\n")))
        .hasMessageContaining("region [1,1] has the score NaN");
    assertThatThrownBy(() -> read(write(good.replace("\"rows\":2", "\"rows\":3") + "\n")))
        .hasMessageContaining("line 1: ");
    assertThatThrownBy(() -> read(write(good.replace("\"a\"", "null") + "\n")))
        .hasMessageContaining("line 1: \"image\" is missing");
    assertThatThrownBy(() -> read(write(good.replace("\"rows\"", "\"cols\"") + "\n")))
        .hasMessageContaining("line 1: \"cols\" occurs twice");
    assertThatThrownBy(() -> read(write(good.replace("\"rows\":2", "\"rows\":99999999999") + "\n")))
        .hasMessageContaining("line 1: a number is out of range");
    assertThatThrownBy(() -> read(write(good + "\n" + good.substring(0, 40))))
        .hasMessageContaining("line 2: the line is incomplete");
    assertThatThrownBy(() -> read(folder.resolve("none")))
        .hasMessage(folder.resolve("none") + ": no such score file");
  }

  @Test
  void create_notCompleted_leavesNoFileOfThatName() throws IOException {
    Path file = folder.resolve("scores.jsonl");
    try (ScoreFileWriter writer = ScoreFileWriter.create(file, RUN)) {
      writer.accept(scores("a", 1));
    }

    assertThat(file).doesNotExist();
    assertThat(folder.resolve("scores.jsonl.part")).exists();
  }

  @Test
  void create_missingFolder_isRefusedAtOnce() {
    Path file = folder.resolve("none/scores.jsonl");

    assertThatThrownBy(() -> ScoreFileWriter.create(file, RUN))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("cannot be written");
  }

  /** Cutting the file at every byte is what killing the process at any moment can leave. */
  @Test
  void resume_cutAnywhere_keepsWholeLinesAndEndsWithTheSameFile() throws IOException {
    List<String> order = List.of("a", "b", "c", "d", "e");
    List<ImageResult> results = new ArrayList<>();
    for (String image : order) {
      results.add(scores(image, image.charAt(0)));
    }
    Path file = folder.resolve("scores.jsonl");
    try (ScoreFileWriter writer = ScoreFileWriter.create(file, RUN)) {
      for (ImageResult result : results) {
        writer.accept(result);
      }
      writer.complete();
    }
    byte[] whole = Files.readAllBytes(file);
    Path part = folder.resolve("scores.jsonl.part");

    for (int length = 0; length <= whole.length; length += 7) {
      boolean killed = length % 2 == 0;
      Files.deleteIfExists(file);
      Files.deleteIfExists(part);
      Files.write(killed ? part : file, Arrays.copyOf(whole, length));
      int lines =
          (int)
              new String(whole, 0, length, StandardCharsets.UTF_8)
                  .chars()
                  .filter(c -> c == '\n')
                  .count();
      try (ScoreFileWriter writer = ScoreFileWriter.resume(file, RUN, order)) {
        assertThat(writer.kept()).isEqualTo(lines);
        for (ImageResult result : results) {
          if (!writer.has(result.image())) {
            writer.accept(result);
          }
        }
        writer.complete();
      }
      assertThat(Files.readAllBytes(file)).as("cut to %s", length).isEqualTo(whole);
      assertThat(part).doesNotExist();
    }
  }

  @Test
  void resume_failuresInTheMiddle_areScoredAgainAndPutInPoolOrder() throws IOException {
    Path file = folder.resolve("scores.jsonl");
    try (ScoreFileWriter writer = ScoreFileWriter.create(file, RUN)) {
      writer.accept(scores("a", 1));
      writer.accept(new ImageFailure("b", "broken"));
      writer.accept(scores("c", 3));
      writer.complete();
    }

    try (ScoreFileWriter writer = ScoreFileWriter.resume(file, RUN, List.of("a", "b", "c", "d"))) {
      assertThat(writer.has("b")).isFalse();
      writer.accept(scores("b", 2));
      writer.accept(new ImageFailure("d", "gone"));
      writer.complete();
    }

    assertThat(read(file))
        .containsExactly(
            scores("a", 1), scores("b", 2), scores("c", 3), new ImageFailure("d", "gone"));
  }

  @Test
  void resume_otherModel_isRefused() throws IOException {
    Path file = folder.resolve("scores.jsonl");
    try (ScoreFileWriter writer = ScoreFileWriter.create(file, RUN)) {
      writer.accept(scores("a", 1));
    }
    SortedMap<String, String> other = new TreeMap<>(RUN);
    other.put("model", "sha256:2");

    assertThatThrownBy(() -> ScoreFileWriter.resume(file, other, List.of("a")))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("was scored with model sha256:1, now it is sha256:2");
  }

  @Test
  void resume_imageThatIsNotInThePool_isRefused() throws IOException {
    Path file = folder.resolve("scores.jsonl");
    try (ScoreFileWriter writer = ScoreFileWriter.create(file, RUN)) {
      writer.accept(scores("gone", 1));
    }

    assertThatThrownBy(() -> ScoreFileWriter.resume(file, RUN, List.of("a")))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("holds scores of gone, which is not in the pool");
  }

  @Test
  void selectionFile_writeThenRead_givesTheSame() {
    List<SelectedRegion> selection =
        List.of(
            new SelectedRegion(1, new RegionId("a\"b", 0, 1), new Region(0, 4, 3, 3), 1.25f),
            new SelectedRegion(2, new RegionId("c", 1, 0), new Region(3, 0, 2, 4), 1f / 3));
    Path file = folder.resolve("selection.jsonl");

    SelectionFile.write(file, selection);

    assertThat(SelectionFile.read(file)).isEqualTo(selection);
    assertThat(SelectionFile.format(selection.get(1)))
        .isEqualTo(
            "{\"rank\":2,\"image\":\"c\",\"row\":1,\"col\":0,\"y\":3,\"x\":0,\"height\":2,"
                + "\"width\":4,\"score\":0.33333334}");
  }

  @Test
  void selectionFile_badLine_isNamed() throws IOException {
    assertThatThrownBy(() -> SelectionFile.read(write("{\"rank\":1,\"image\":\"a\",\"row\":-1}\n")))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("line 1: \"col\" is missing, expected an integer");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("scores.jsonl"), text);
  }

  private static RegionScores scores(String image, float first) {
    return new RegionScores(image, GRID, new float[] {first, 0.1f, 0.2f, 1e-7f});
  }

  private static List<ImageResult> read(Path file) {
    List<ImageResult> results = new ArrayList<>();
    ScoreFile.read(file, results::add);
    return results;
  }
}
