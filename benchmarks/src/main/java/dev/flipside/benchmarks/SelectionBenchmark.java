package dev.flipside.benchmarks;

import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.scores.ScoreFile;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.TopRegions;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The best 10,000 of a million region scores: 31,250 images of 4x8 regions. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
public class SelectionBenchmark {
  private static final int IMAGES = 31_250;
  private static final int BEST = 10_000;

  private final List<RegionScores> scores = new ArrayList<>();
  private Path file = Path.of("");

  /** Draws the scores, in memory and in a file. */
  @Setup
  public void draw() throws IOException {
    RegionGrid grid = new GridSpec.Counts(4, 8).on(new ImageSize(512, 1024));
    SplittableRandom random = new SplittableRandom(1);
    file = Files.createTempFile("flipside-benchmark", ".jsonl");
    for (int image = 0; image < IMAGES; image++) {
      float[] values = new float[grid.count()];
      for (int index = 0; index < values.length; index++) {
        values[index] = (float) (5 * random.nextDouble());
      }
      scores.add(new RegionScores("city/image" + image + ".png", grid, values));
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (RegionScores each : scores) {
        ScoreFile.to(out).accept(each);
      }
    }
  }

  /** Removes the file. */
  @TearDown
  public void delete() throws IOException {
    Files.delete(file);
  }

  /** Scores in memory to the best regions. */
  @Benchmark
  public List<SelectedRegion> best() {
    TopRegions top = new TopRegions(BEST);
    scores.forEach(top::offer);
    return top.ranked();
  }

  /** A score file to the best regions: scanning the text is most of it. */
  @Benchmark
  public List<SelectedRegion> bestOfFile() {
    TopRegions top = new TopRegions(BEST);
    ScoreFile.read(
        file,
        result -> {
          if (result instanceof RegionScores each) {
            top.offer(each);
          }
        });
    return top.ranked();
  }
}
