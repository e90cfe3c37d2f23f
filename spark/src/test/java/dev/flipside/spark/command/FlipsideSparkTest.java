package dev.flipside.spark.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.scores.ScoreFile;
import dev.flipside.scorer.selection.SelectionFile;
import dev.flipside.scorer.selection.TopRegions;
import dev.flipside.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "Hadoop writes files on Windows only with its winutils")
class FlipsideSparkTest {
  @TempDir Path folder;

  @Test
  void scoreThenSelect_pool_writesTheSelectionOfALocalRun() throws IOException {
    Path images = LocalSpark.pool(folder.resolve("pool"));
    LocalSpark.session(); // is taken by the command

    assertThat(
            FlipsideSpark.execute(
                "score",
                "--model=" + LocalSpark.modelFile(),
                "--pool=" + images,
                "--grid=2x3",
                "--batch=2",
                "--threads=1",
                "--scores=" + folder.resolve("scores")))
        .as("one image is damaged")
        .isEqualTo(3);

    LocalSpark.session();
    Path selection = folder.resolve("selection.jsonl");
    assertThat(
            FlipsideSpark.execute(
                "select", "--scores=" + table(), "-k=9", "--per-image-max=2", "--out=" + selection))
        .isZero();
    assertThat(Files.readString(selection)).isEqualTo(expected(images));
  }

  @Test
  void execute_wrongUse_isRefusedBeforeSparkStarts() {
    assertThat(
            FlipsideSpark.execute(
                "score",
                "--model=" + LocalSpark.modelFile(),
                "--pool=p",
                "--grid=2x3",
                "--batch=many",
                "--scores=s"))
        .isEqualTo(2);
    assertThat(FlipsideSpark.execute("score", "--pool=p")).isEqualTo(2);
  }

  @Test
  void execute_missingModel_fails() {
    assertThat(
            FlipsideSpark.execute(
                "score", "--model=none.onnx", "--pool=p", "--grid=2x3", "--scores=s"))
        .isEqualTo(1);
  }

  private String expected(Path images) throws IOException {
    Path scores =
        Files.write(folder.resolve("scores.jsonl"), LocalSpark.lines(Pool.ofFolder(images)));
    TopRegions top =
        new TopRegions(9, dev.flipside.scorer.selection.SelectionRules.NONE.withPerImageMax(2));
    ScoreFile.read(
        scores,
        result -> {
          if (result instanceof RegionScores regions) {
            top.offer(regions);
          }
        });
    Path file = folder.resolve("expected.jsonl");
    SelectionFile.write(file, top.requireAll());
    return Files.readString(file);
  }

  private Path table() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("scores"))) {
      List<Path> runs =
          files.filter(each -> each.getFileName().toString().startsWith("run=")).toList();
      assertThat(runs).hasSize(1);
      return runs.get(0);
    }
  }
}
