package dev.flipside.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.vocab.ImageSize;
import dev.flipside.trainer.data.TrainingData;
import dev.flipside.trainer.net.NetworkShape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentationTrainingTest {
  private static final NetworkShape NARROW = new NetworkShape(18, 0.125, 8);
  private static final ImageSize SIZE = new ImageSize(48, 64);

  @TempDir Path folder;

  @Test
  void train_sameSeed_sameLosses() {
    TrainingData data = SyntheticScenes.write(folder, SIZE, 4);
    assertThat(losses(data, 1)).isEqualTo(losses(data, 1)).isNotEqualTo(losses(data, 2));
  }

  private static List<Double> losses(TrainingData data, long seed) {
    TrainingPlan plan =
        TrainingPlan.select(NARROW, SIZE, seed).withBatch(2).withDevice(DeviceChoice.CPU);
    List<Double> losses = new ArrayList<>();
    try (SegmentationTraining training = SegmentationTraining.start(plan, data.classes())) {
      training.train(
          data,
          3,
          new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
              losses.add(report.loss().total());
            }
          });
    }
    assertThat(losses).hasSize(6);
    return losses;
  }
}
