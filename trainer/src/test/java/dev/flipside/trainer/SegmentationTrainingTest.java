package dev.flipside.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.trainer.data.PartiallyLabelledImage;
import dev.flipside.trainer.data.TrainingData;
import dev.flipside.trainer.engine.DeviceChoice;
import dev.flipside.trainer.loss.LossOptions;
import dev.flipside.trainer.loss.SelfConsistency;
import dev.flipside.trainer.net.NetworkShape;
import dev.flipside.trainer.net.layer.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentationTrainingTest {
  private static final NetworkShape NARROW =
      NetworkShape.ofDepth(18).withWidth(0.125).withOutputStride(8);
  private static final ImageSize SIZE = new ImageSize(48, 64);

  @TempDir Path folder;

  @Test
  void train_sameSeed_sameLosses() {
    TrainingData data = SyntheticScenes.write(folder, SIZE, 4);
    assertThat(losses(data, 1)).isEqualTo(losses(data, 1)).isNotEqualTo(losses(data, 2));
  }

  private static List<Double> losses(TrainingData data, long seed) {
    List<Double> losses = new ArrayList<>();
    try (SegmentationTraining training = SegmentationTraining.start(plan(seed), data.classes())) {
      training.train(data, 3, collecting(losses));
    }
    assertThat(losses).hasSize(6);
    return losses;
  }

  @Test
  void train_oneCellAndOneViewPerImage_joinsTheLastImageOrRefuses() {
    ImageSize size = new ImageSize(32, 32);
    TrainingData data = SyntheticScenes.write(folder, size, 3);
    TrainingPlan.Builder plan =
        TrainingPlan.select(
                NetworkShape.ofDepth(18).withWidth(0.0625).withOutputStride(32), size, 3)
            .toBuilder()
            .losses(new LossOptions(1, 0, SelfConsistency.PAPER, List.of()))
            .device(DeviceChoice.CPU);
    try (SegmentationTraining training =
        SegmentationTraining.start(plan.batch(2).build(), data.classes())) {
      training.train(data, 2, TrainingListener.SILENT);
      assertThat(training.step()).isEqualTo(2);
    }
    try (SegmentationTraining training =
        SegmentationTraining.start(plan.batch(1).build(), data.classes())) {
      assertThatThrownBy(() -> training.train(data, 1, TrainingListener.SILENT))
          .isInstanceOf(FlipsideException.class)
          .hasMessageContaining("batches of 1 of 32x32 px")
          .hasMessageContaining("--views 2");
      assertThat(training.step()).isZero();
    }
  }

  @Test
  void train_fourImagesForLong_networkKnowsThemByHeart() {
    ImageSize size = new ImageSize(96, 128);
    TrainingData data = SyntheticScenes.write(folder, size, 4);
    TrainingPlan plan =
        TrainingPlan.select(NARROW, size, 3).toBuilder()
            .batch(4)
            .learningRate(LearningRate.constant(3e-3))
            .device(DeviceChoice.CPU)
            .build();
    try (SegmentationTraining training = SegmentationTraining.start(plan, data.classes())) {
      double miou = 0;
      for (int round = 0; round < 20 && miou <= 0.95; round++) {
        training.train(data, 20, TrainingListener.SILENT);
        miou = training.evaluate(data).miou();
      }
      assertThat(miou).isGreaterThan(0.95);
    }
  }

  @Test
  void train_nothingLabelled_consistencyAloneMakesTheViewsAgree() {
    TrainingData labelled = SyntheticScenes.write(folder, SIZE, 4);
    TrainingData data = withoutLabels(labelled);
    List<Double> losses = new ArrayList<>();
    try (SegmentationTraining training = SegmentationTraining.start(plan(3), data.classes())) {
      training.train(
          data,
          40,
          new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
              assertThat(report.loss().crossEntropy()).isZero();
              losses.add(report.loss().consistency());
            }
          });
    }
    assertThat(losses.get(0)).isGreaterThan(1e-3);
    assertThat(losses.get(losses.size() - 1)).isLessThan(losses.get(0) / 5);
  }

  @Test
  void train_nothingLabelledAndNoConsistency_onlyWeightDecayMovesTheWeights() {
    TrainingData data = withoutLabels(SyntheticScenes.write(folder, SIZE, 2));
    TrainingPlan plan = plan(3).toBuilder().losses(LossOptions.TWO_VIEWS).weightDecay(0).build();
    try (SegmentationTraining training = SegmentationTraining.start(plan, data.classes())) {
      List<float[]> before = trained(training);
      training.train(data, 1, TrainingListener.SILENT);
      assertThat(trained(training)).usingRecursiveComparison().isEqualTo(before);
    }
  }

  @Test
  void resume_midEpoch_endsWithIdenticalWeights() {
    TrainingData data = SyntheticScenes.write(folder, SIZE, 5);
    TrainingPlan plan = plan(9).toBuilder().learningRate(LearningRate.steps(1e-3, 2, 0.1)).build();
    Path file = folder.resolve("checkpoint.safetensors");
    List<Double> through = new ArrayList<>();
    List<float[]> expected;
    try (SegmentationTraining training = SegmentationTraining.start(plan, data.classes())) {
      training.train(
          data,
          3,
          new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
              through.add(report.loss().total());
              if (report.step() == 5) {
                training.checkpoint(file, "digest", Map.of("a", "b"));
              }
            }
          });
      expected = all(training);
    }
    List<Double> after = new ArrayList<>();
    try (SegmentationTraining training = SegmentationTraining.start(plan, data.classes())) {
      assertThat(training.resume(file, "digest")).containsEntry("a", "b");
      assertThat(training.step()).isEqualTo(5);
      training.train(data, 2, collecting(after));
      assertThat(all(training)).usingRecursiveComparison().isEqualTo(expected);
    }
    assertThat(after).isEqualTo(through.subList(5, 9));
  }

  @Test
  void train_lossThatIsNoNumber_stopsNamingStepAndImages() {
    TrainingData data = SyntheticScenes.write(folder, SIZE, 2);
    try (SegmentationTraining training = SegmentationTraining.start(plan(1), data.classes())) {
      Parameter first = training.network().weights().get(0);
      float[] values = first.values();
      values[0] = Float.NaN;
      first.set(values);
      assertThatThrownBy(() -> training.train(data, 1, TrainingListener.SILENT))
          .isInstanceOf(FlipsideException.class)
          .hasMessageContaining("stopped at step 1, epoch 1: the loss is NaN")
          .hasMessageContaining("scene0.png")
          .hasMessageContaining("scene1.png");
      assertThat(training.step()).isZero();
    }
  }

  @Test
  void train_stopGradient_sameFirstLossAndOtherWeights() {
    TrainingData data = SyntheticScenes.write(folder, SIZE, 2);
    LossOptions stopped = new LossOptions(2, 1, SelfConsistency.STOP_GRADIENT, List.of());
    List<Double> paper = new ArrayList<>();
    List<Double> reference = new ArrayList<>();
    try (SegmentationTraining one = SegmentationTraining.start(plan(4), data.classes());
        SegmentationTraining other =
            SegmentationTraining.start(
                plan(4).toBuilder().losses(stopped).build(), data.classes())) {
      one.train(data, 2, collecting(paper));
      other.train(data, 2, collecting(reference));
    }
    assertThat(reference.get(0)).isEqualTo(paper.get(0));
    assertThat(reference.get(1)).isNotEqualTo(paper.get(1));
  }

  @Test
  void train_labelsOfAnotherSize_fails() {
    TrainingData data = SyntheticScenes.write(folder, SIZE, 1);
    LabelMap small = SyntheticScenes.labels(new ImageSize(10, 10), 0);
    TrainingData wrong =
        new TrainingData(
            List.of(new PartiallyLabelledImage(data.images().get(0).image(), () -> small)),
            data.classes());
    try (SegmentationTraining training = SegmentationTraining.start(plan(1), data.classes())) {
      assertThatThrownBy(() -> training.train(wrong, 1, TrainingListener.SILENT))
          .isInstanceOf(FlipsideException.class)
          .hasMessageContaining("scene0.png: image of 48x64, its labels are of 10x10");
    }
  }

  private static TrainingPlan plan(long seed) {
    return TrainingPlan.select(NARROW, SIZE, seed).toBuilder()
        .batch(2)
        .device(DeviceChoice.CPU)
        .build();
  }

  private static TrainingData withoutLabels(TrainingData data) {
    LabelMap none = LabelMap.unlabelled(SIZE, data.classes());
    return new TrainingData(
        data.images().stream()
            .map(each -> new PartiallyLabelledImage(each.image(), () -> none))
            .toList(),
        data.classes());
  }

  private static TrainingListener collecting(List<Double> losses) {
    return new TrainingListener() {
      @Override
      public void stepped(StepReport report) {
        losses.add(report.loss().total());
      }
    };
  }

  private static List<float[]> all(SegmentationTraining training) {
    return training.network().weights().stream().map(Parameter::values).toList();
  }

  private static List<float[]> trained(SegmentationTraining training) {
    return training.network().weights().stream()
        .filter(Parameter::trained)
        .map(Parameter::values)
        .toList();
  }
}
