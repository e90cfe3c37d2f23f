package dev.flipside.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.scoring.Transformation;
import dev.flipside.trainer.data.Batch;
import dev.flipside.trainer.data.TrainingData;
import dev.flipside.trainer.engine.DeviceChoice;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.loss.LossOptions;
import dev.flipside.trainer.loss.LossValues;
import dev.flipside.trainer.loss.SelfConsistency;
import dev.flipside.trainer.net.NetworkShape;
import dev.flipside.trainer.net.layer.Parameter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several devices, played by the CPU more than once. */
class DataParallelTest {
  private static final ImageSize SIZE = new ImageSize(32, 48);
  private static final ClassMap CLASSES = ClassMap.unnamed(5);
  private static final LossOptions WEIGHTED =
      new LossOptions(2, 0, SelfConsistency.PAPER, List.of(1f, 2f, 0.5f, 1f, 3f));

  @TempDir Path folder;

  @Test
  void differentiate_threeImagesOnTwoDevices_gradientOfEachPartByItsShareOfTheLabels() {
    Batch batch = batch(3);
    List<Batch> parts = batch.deal(2);
    assertThat(parts).extracting(Batch::count).containsExactly(1, 2);
    double mass0 = mass(parts.get(0));
    double mass1 = mass(parts.get(1));
    assertThat(mass0).isPositive().isNotCloseTo(mass1 / 2, within(1.0));

    List<float[]> expected = new ArrayList<>();
    double loss = 0;
    Torch.engine().setRandomSeed(7);
    for (Batch part : parts) {
      // Each its own: only an update sets gradients back to zero.
      try (DataParallel one = replicas(WEIGHTED, 1)) {
        double share = mass(part) / (mass0 + mass1);
        loss +=
            share
                * one.differentiate(part, new Transformation.HorizontalFlip(), values -> {})
                    .total();
        add(expected, gradients(one), (float) share);
      }
    }
    try (DataParallel two = replicas(WEIGHTED, 2)) {
      Torch.engine().setRandomSeed(7);
      LossValues values =
          two.differentiate(batch, new Transformation.HorizontalFlip(), given -> {});
      assertThat(values.total()).isCloseTo(loss, within(1e-5));
      assertClose(gradients(two), expected);
      assertThat(two.gradientsFinite()).isTrue();
    }
  }

  @Test
  void differentiate_consistencyOnTwoDevices_meanOverAllImages() {
    LossOptions consistency = new LossOptions(2, 3, SelfConsistency.PAPER, List.of());
    Batch batch = batch(3);
    Batch unlabelled =
        new Batch(batch.names(), SIZE, batch.rgb(), filled(3 * (int) SIZE.pixels(), 255));
    List<Double> parts = new ArrayList<>();
    try (DataParallel one = replicas(consistency, 1)) {
      Torch.engine().setRandomSeed(7);
      for (Batch part : unlabelled.deal(2)) {
        parts.add(
            one.differentiate(part, new Transformation.HorizontalFlip(), values -> {})
                .consistency());
      }
    }
    try (DataParallel two = replicas(consistency, 2)) {
      Torch.engine().setRandomSeed(7);
      LossValues values =
          two.differentiate(unlabelled, new Transformation.HorizontalFlip(), given -> {});
      assertThat(values.crossEntropy()).isZero();
      assertThat(values.consistency())
          .isCloseTo((parts.get(0) + 2 * parts.get(1)) / 3, within(1e-5));
    }
  }

  @Test
  void train_onTwoDevicesAndResumed_sameWeightsAsWithoutAStop() {
    TrainingData data = SyntheticScenes.write(folder, SIZE, 5);
    TrainingPlan plan =
        TrainingPlan.select(NetworkShape.ofDepth(18).withWidth(0.125).withOutputStride(8), SIZE, 9)
            .toBuilder()
            .batch(2)
            .device(DeviceChoice.CPU)
            .build();
    List<Device> devices = Collections.nCopies(2, Device.cpu());
    Path file = folder.resolve("checkpoint.safetensors");
    List<Double> losses = new ArrayList<>();
    List<float[]> expected;
    try (SegmentationTraining training =
        SegmentationTraining.startOn(devices, plan, data.classes())) {
      training.train(
          data,
          8,
          new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
              losses.add(report.loss().total());
              if (report.step() == 4) {
                training.checkpoint(file, "digest", Map.of());
              }
            }
          });
      expected = values(training);
    }
    assertThat(losses.get(losses.size() - 1)).isLessThan(losses.get(0));
    try (SegmentationTraining training =
        SegmentationTraining.startOn(devices, plan, data.classes())) {
      training.resume(file, "digest");
      training.train(data, 7, TrainingListener.SILENT);
      assertThat(values(training)).usingRecursiveComparison().isEqualTo(expected);
    }
  }

  private static DataParallel replicas(LossOptions losses, int devices) {
    TrainingPlan plan =
        TrainingPlan.select(NetworkShape.ofDepth(18).withWidth(0.125).withOutputStride(8), SIZE, 3)
            .toBuilder()
            .batch(3)
            .losses(losses)
            .device(DeviceChoice.CPU)
            .build();
    DataParallel replicas =
        DataParallel.create(plan, CLASSES, Collections.nCopies(devices, Device.cpu()));
    replicas.spread();
    return replicas;
  }

  /** Noise; the more labelled pixels the later the image. */
  private static Batch batch(int images) {
    Random random = new Random(11);
    int pixels = (int) SIZE.pixels();
    ByteBuffer rgb = ByteBuffer.allocateDirect(3 * pixels * images);
    ByteBuffer labels = filled(pixels * images, 255);
    for (int i = 0; i < rgb.limit(); i++) {
      rgb.put(i, (byte) random.nextInt(256));
    }
    List<String> names = new ArrayList<>();
    for (int image = 0; image < images; image++) {
      names.add("image" + image);
      for (int i = 0; i < 100 + 400 * image; i++) {
        labels.put(pixels * image + i, (byte) random.nextInt(CLASSES.count()));
      }
    }
    return new Batch(names, SIZE, rgb, labels);
  }

  private static ByteBuffer filled(int bytes, int value) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
    for (int i = 0; i < bytes; i++) {
      buffer.put(i, (byte) value);
    }
    return buffer;
  }

  private static double mass(Batch part) {
    double mass = 0;
    for (int i = 0; i < part.labels().limit(); i++) {
      int id = part.labels().get(i) & 0xFF;
      mass += id == 255 ? 0 : WEIGHTED.classWeights().get(id);
    }
    return mass;
  }

  private static List<float[]> gradients(DataParallel replicas) {
    List<float[]> gradients = new ArrayList<>();
    for (Parameter each : replicas.first().weights()) {
      if (each.trained()) {
        try (NDArray gradient = each.value().getGradient()) {
          gradients.add(gradient.toFloatArray());
        }
      }
    }
    return gradients;
  }

  private static void add(List<float[]> sums, List<float[]> values, float share) {
    for (int i = 0; i < values.size(); i++) {
      if (sums.size() == i) {
        sums.add(new float[values.get(i).length]);
      }
      for (int j = 0; j < values.get(i).length; j++) {
        sums.get(i)[j] += share * values.get(i)[j];
      }
    }
  }

  private static void assertClose(List<float[]> found, List<float[]> expected) {
    for (int i = 0; i < expected.size(); i++) {
      float largest = 0;
      for (float each : expected.get(i)) {
        largest = Math.max(largest, Math.abs(each));
      }
      assertThat(found.get(i)).containsExactly(expected.get(i), within(1e-4f * largest + 1e-7f));
    }
  }

  private static List<float[]> values(SegmentationTraining training) {
    return training.network().weights().stream().map(Parameter::values).toList();
  }
}
