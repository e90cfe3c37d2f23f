package dev.flipside.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.Provenance;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.SegmentationClass;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.trainer.data.TrainingData;
import dev.flipside.trainer.engine.DeviceChoice;
import dev.flipside.trainer.net.NetworkShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {
  private static final ImageSize SIZE = new ImageSize(32, 48);
  private static final TrainingPlan PLAN =
      TrainingPlan.finalStage(
              NetworkShape.ofDepth(18).withWidth(0.125).withOutputStride(8), SIZE, 5)
          .toBuilder()
          .batch(2)
          .epochs(2)
          .device(DeviceChoice.CPU)
          .build();
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  @TempDir Path folder;
  private TrainingData data;
  private RunOptions options;

  @BeforeEach
  void write() {
    data = SyntheticScenes.write(folder, SIZE, 3);
    options = RunOptions.in(folder.resolve("run"));
  }

  @Test
  void run_withValidation_leavesModelMetricsAndCheckpoint() throws IOException {
    TrainingResult result = run(PLAN, data, data, options);

    assertThat(result.steps()).isEqualTo(4);
    assertThat(result.validation()).isNotNull();
    ModelCard card = OnnxModelFile.read(result.model()).card().orElseThrow();
    Provenance provenance = card.provenance();
    assertThat(provenance).isNotNull();
    assertThat(provenance.dataDigest()).isEqualTo(data.digest());
    assertThat(provenance.created()).isEqualTo(Instant.EPOCH);
    assertThat(provenance.plan()).containsEntry("epochsDone", "2").containsEntry("seed", "5");
    List<String> lines = Files.readAllLines(options.folder().resolve("metrics.csv"));
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).startsWith("epoch,step,learning_rate,");
    assertThat(lines.get(2)).startsWith("2,4,5.0E-4,");
    try (var files = Files.list(options.folder())) {
      assertThat(files.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "best.safetensors", "checkpoint.safetensors", "metrics.csv", "model.onnx");
    }
  }

  @Test
  void run_longerResumed_sameModelAsInOneGo() throws IOException {
    TrainingPlan longer = PLAN.toBuilder().epochs(3).build();
    byte[] expected = Files.readAllBytes(run(longer, data, null, options).model());

    RunOptions stopped = RunOptions.in(folder.resolve("stopped")).withCheckpointEvery(1);
    assertThatThrownBy(
            () ->
                TrainingRun.run(
                    longer,
                    data,
                    null,
                    stopped,
                    new TrainingListener() {
                      @Override
                      public void stepped(StepReport report) {
                        if (report.step() == 4) {
                          throw new IllegalStateException("stopped");
                        }
                      }
                    },
                    CLOCK))
        .hasMessage("stopped");
    TrainingResult result = run(longer, data, null, stopped.resumed());

    assertThat(Files.readAllBytes(result.model())).isEqualTo(expected);
    assertThat(Files.readAllLines(stopped.folder().resolve("metrics.csv"))).hasSize(4);
  }

  @Test
  void run_completeRunResumedWithMoreEpochs_sameModelAsInOneGo() throws IOException {
    TrainingPlan longer = PLAN.toBuilder().epochs(3).build();
    byte[] expected = Files.readAllBytes(run(longer, data, null, options).model());
    RunOptions shorter = RunOptions.in(folder.resolve("shorter"));
    run(PLAN, data, null, shorter);

    TrainingResult result = run(longer, data, null, shorter.resumed());

    assertThat(Files.readAllBytes(result.model())).isEqualTo(expected);
    assertThat(Files.readAllLines(shorter.folder().resolve("metrics.csv"))).hasSize(4);
    assertThatThrownBy(() -> run(PLAN, data, null, shorter.resumed()))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("3 epochs are done, the plan has 2");
  }

  @Test
  void run_moreEpochsWithARateThatDependsOnThem_fails() {
    TrainingPlan poly = PLAN.toBuilder().learningRate(LearningRate.poly(1e-3)).build();
    run(poly, data, null, options);

    assertThatThrownBy(() -> run(poly.toBuilder().epochs(3).build(), data, null, options.resumed()))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("plan.epochs: now 3, in the checkpoint 2");
  }

  @Test
  void run_folderOfAnotherRun_fails() {
    run(PLAN, data, null, options);
    assertThatThrownBy(() -> run(PLAN, data, null, options))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("a run is kept here already; resume it with --resume");
  }

  @Test
  void run_resumedWithAnotherPlan_failsNamingTheDifferences() {
    run(PLAN, data, null, options);
    assertThatThrownBy(() -> run(PLAN.toBuilder().batch(3).build(), data, null, options.resumed()))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("a checkpoint of another training")
        .hasMessageContaining("plan.batch: now 3, in the checkpoint 2");
  }

  @Test
  void run_resumedWithOtherData_fails() {
    run(PLAN, data, null, options);
    TrainingData fewer = new TrainingData(data.images().subList(0, 2), data.classes());
    assertThatThrownBy(() -> run(PLAN, fewer, null, options.resumed()))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("data: now sha256:");
  }

  @Test
  void run_resumedWithOtherClasses_fails() {
    run(PLAN, data, null, options);
    TrainingData renamed =
        new TrainingData(
            data.images(),
            ClassMap.of(
                255,
                new SegmentationClass("a", 1),
                new SegmentationClass("b", 2),
                new SegmentationClass("c", 3)));
    assertThatThrownBy(() -> run(PLAN, renamed, null, options.resumed()))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("classes: now a; b; c");
  }

  @Test
  void run_resumedFromDamagedCheckpoint_fails() throws IOException {
    run(PLAN, data, null, options);
    Path checkpoint = options.folder().resolve("checkpoint.safetensors");
    byte[] bytes = Files.readAllBytes(checkpoint);
    bytes[bytes.length - 1000] ^= 1;
    Files.write(checkpoint, bytes);
    assertThatThrownBy(() -> run(PLAN, data, null, options.resumed()))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("has data of checksum");
    Files.write(checkpoint, Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> run(PLAN, data, null, options.resumed()))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("checkpoint.safetensors: not a whole safetensors file");
    Files.writeString(checkpoint, "no checkpoint at all");
    assertThatThrownBy(() -> run(PLAN, data, null, options.resumed()))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("not a whole safetensors file");
  }

  @Test
  void run_folderThatIsAFile_fails() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> run(PLAN, data, null, RunOptions.in(file)))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("the folder of the run cannot be made");
  }

  @Test
  void run_fromTheBestWeightsOfAnotherRun_startsThere() {
    run(PLAN, data, data, options);
    Path best = options.folder().resolve("best.safetensors");
    for (RunOptions next :
        List.of(
            RunOptions.in(folder.resolve("whole")).withWeights(best),
            RunOptions.in(folder.resolve("backbone")).withBackbone(best))) {
      TrainingResult result = run(PLAN.toBuilder().epochs(1).build(), data, null, next);
      Provenance provenance = OnnxModelFile.read(result.model()).card().orElseThrow().provenance();
      assertThat(provenance).isNotNull();
      assertThat(provenance.plan()).containsValue("best.safetensors");
    }
  }

  private static TrainingResult run(
      TrainingPlan plan, TrainingData data, @Nullable TrainingData validation, RunOptions options) {
    return TrainingRun.run(plan, data, validation, options, TrainingListener.SILENT, CLOCK);
  }
}
