package dev.flipside.tools.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.tools.Flipside;
import dev.flipside.tools.synth.StreetScenes;
import dev.flipside.tools.synth.SyntheticDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A simulation in a process of its own that is killed without warning, again and again. */
class KilledSimulationIT {
  private static final int KILLS = 20;
  private static final long SEED = 6;

  @TempDir Path folder;

  @Test
  void resume_killedAt20RandomMoments_sameSelectionsAndResultsAsUninterrupted() throws Exception {
    Path data = folder.resolve("data");
    SyntheticDataset.write(data, new StreetScenes(new ImageSize(48, 64), 1), 24, 2, Progress.NONE);
    Path expected = folder.resolve("uninterrupted");
    long begun = System.nanoTime();
    finish(data, expected);
    long whole = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);

    Random random = new Random(SEED);
    List<Long> moments = new ArrayList<>();
    for (int run = 0; moments.size() < KILLS; run++) {
      Path killed = folder.resolve("killed-" + run);
      boolean ended = false;
      while (!ended && moments.size() < KILLS) {
        Process process = start(data, killed);
        long moment = (long) (random.nextDouble() * whole);
        ended = process.waitFor(moment, TimeUnit.MILLISECONDS);
        if (ended) {
          assertThat(process.exitValue()).as("ended by itself").isZero();
        } else {
          process.destroyForcibly().waitFor();
          moments.add(moment);
        }
      }
      finish(data, killed);
      assertThat(content(killed)).as("killed after %s ms", moments).isEqualTo(content(expected));
    }
  }

  private static void finish(Path data, Path run) throws Exception {
    Process process = start(data, run);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as("see standard error").isZero();
  }

  /** Selections, what was rescored for them, and results without the seconds they took. */
  private static List<String> content(Path run) throws IOException {
    List<String> content = new ArrayList<>();
    for (String strategy : List.of("equal", "bald")) {
      content.addAll(Files.readAllLines(run.resolve(strategy).resolve("seed-0/selected.jsonl")));
    }
    assertThat(content).hasSize(2 * 21);
    content.addAll(Files.readAllLines(run.resolve("rescoring.csv")));
    assertThat(content).hasSize(2 * 21 + 1 + 2 * 6);
    for (String row : Files.readAllLines(run.resolve("results.csv"))) {
      List<String> cells = new ArrayList<>(List.of(row.split(",")));
      cells.subList(10, 13).clear();
      content.add(String.join(",", cells));
    }
    assertThat(content).hasSize(2 * 21 + 1 + 2 * 6 + 1 + 2 * 2 * 2);
    return content;
  }

  private static Process start(Path data, Path run) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Flipside.class.getName()));
    Stream.of(
            "simulate --size 32x48 --grid 2x3 --depth 18 --width 0.125 --strategy equal,bald",
            "--passes 2 --budgets 0.05,0.15 --step 4 --final-epochs 2 --batch 4 --device cpu",
            "--rescoring lazy --risk 0.5 --audit-every 2",
            "--resume --data " + data + " --out " + run)
        .flatMap(words -> Stream.of(words.split(" ")))
        .forEach(command::add);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("OMP_NUM_THREADS", "1");
    return builder.start();
  }
}
