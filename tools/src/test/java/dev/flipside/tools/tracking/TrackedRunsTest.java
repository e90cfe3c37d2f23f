package dev.flipside.tools.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.scorer.metrics.ConfusionMatrix;
import dev.flipside.scorer.metrics.SegmentationMetrics;
import dev.flipside.tools.results.RoundResult;
import dev.flipside.tools.simulation.ProgressReporter;
import dev.flipside.trainer.EpochReport;
import dev.flipside.trainer.TrainingListener;
import dev.flipside.trainer.loss.LossValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What trainings and simulations pass on, in the event files they write. */
class TrackedRunsTest {
  @TempDir Path folder;

  @Test
  void epochEnded_validatedEpoch_logsLossesRateAndMiou() throws IOException {
    try (TrackedRun run = tracking().open("train", "", folder, Map.of())) {
      TrackedTraining training = new TrackedTraining(TrainingListener.SILENT, run);
      training.validated(1, metrics());
      training.epochEnded(new EpochReport(0, 8, new LossValues(2, 0.5, 2.5), 0.25, 64, 4));
      training.epochEnded(new EpochReport(1, 16, new LossValues(1, 0.5, 1.5), 0.125, 64, 2));
    }

    assertThat(EventFileTest.scalars(onlyFile(folder.resolve("tensorboard"))))
        .containsExactly(
            "1: images_per_second=16.0",
            "1: learning_rate=0.25",
            "1: loss/consistency=0.5",
            "1: loss/cross_entropy=2.0",
            "1: loss/total=2.5",
            "1: validation/miou=0.5",
            "1: validation/pixel_accuracy=0.6666667",
            "2: images_per_second=32.0",
            "2: learning_rate=0.125",
            "2: loss/consistency=0.5",
            "2: loss/cross_entropy=1.0",
            "2: loss/total=1.5");
  }

  @Test
  void measured_severalArms_eachHasAFolderOfItsOwn() throws IOException {
    try (TrackedArms arms =
        new TrackedArms(
            ProgressReporter.SILENT, tracking(), folder, Map.of(), ClassMap.unnamed(2))) {
      arms.measured(result("random", 0, 8));
      arms.measured(result("random", 0, 16));
      arms.measured(result("equal+", 3, 8));
      arms.finished();
    }

    assertThat(EventFileTest.scalars(onlyFile(folder.resolve("tensorboard/random/seed-0"))))
        .contains("8: final/miou=0.5", "16: final/miou=0.5", "8: final/iou/class 0=0.5");
    assertThat(EventFileTest.scalars(onlyFile(folder.resolve("tensorboard/equal+/seed-3"))))
        .contains("8: final/miou=0.5", "8: labelled_fraction=0.125")
        .noneMatch(each -> each.startsWith("16"));
  }

  @Test
  void measured_folderThatCannotBeWritten_goesOn() throws IOException {
    Files.writeString(folder.resolve("tensorboard"), "a file where the folder should be");
    try (TrackedArms arms =
        new TrackedArms(
            ProgressReporter.SILENT, tracking(), folder, Map.of(), ClassMap.unnamed(2))) {
      arms.measured(result("random", 0, 8));
      arms.finished();
    }
    assertThat(folder.resolve("tensorboard")).isRegularFile();
  }

  private Tracking tracking() {
    return new Tracking(
        Optional.of(folder.resolve("tensorboard")), Optional.empty(), Clock.systemUTC());
  }

  private static RoundResult result(String strategy, long seed, long regions) {
    return new RoundResult(
        strategy,
        seed,
        1,
        RoundResult.Phase.FINAL,
        regions,
        64,
        metrics(),
        0.5,
        new RoundResult.StageSeconds(1, 1, 1),
        10);
  }

  /** IoU of 2/4 twice; 4 of 6 pixels are right. */
  private static SegmentationMetrics metrics() {
    return ConfusionMatrix.of(new long[][] {{2, 1}, {1, 2}}).metrics();
  }

  private static Path onlyFile(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }
}
