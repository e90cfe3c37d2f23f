package dev.flipside.trainer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.Provenance;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.net.FcnResNet;
import dev.flipside.trainer.net.NetworkShape;
import dev.flipside.trainer.net.Parameter;
import dev.flipside.trainer.weights.PretrainedWeights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxExporterTest {
  private static final ModelCard CARD =
      ModelCard.trained(
          ClassMap.CAMVID,
          new Provenance("test", "sha256:0", 1, new TreeMap<>(), new TreeMap<>(), Instant.EPOCH));

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "18, 0.25, 8, 1, 45, 61, false",
    "18, 0.25, 8, 3, 45, 61, true",
    "34, 0.125, 32, 3, 64, 33, false",
    "50, 0.125, 8, 1, 37, 53, false",
    "50, 0.125, 8, 3, 37, 53, true",
    "101, 0.0625, 16, 1, 33, 47, false"
  })
  void export_anyNetworkAndSize_onnxRuntimeComputesTheSameLogits(
      int depth, double width, int stride, int batch, int height, int columns, boolean folded) {
    NetworkShape shape = new NetworkShape(depth, width, stride);
    try (FcnResNet network = FcnResNet.create(shape, 11, 7, Device.cpu())) {
      makeStatisticsUnequal(network);
      Path file = folder.resolve("model.onnx");
      OnnxExporter.export(network, CARD, folded).write(file);

      float[] images = noise(batch * 3 * height * columns, 3);
      double difference = compare(network, file, images, batch, 3, height, columns);
      assertThat(difference).isLessThanOrEqualTo(ExportCheck.TOLERANCE);
    }
  }

  @Test
  void export_network_dropoutIsKeptAndCardIsInside() {
    try (FcnResNet network =
        FcnResNet.create(new NetworkShape(18, 0.125, 8), 11, 7, Device.cpu())) {
      OnnxModelFile model = OnnxExporter.export(network, CARD, false);
      GraphProto graph = model.proto().getGraph();
      assertThat(graph.getNodeList()).extracting(NodeProto::getOpType).contains("Dropout");
      assertThat(model.proto().getOpsetImport(0).getVersion()).isGreaterThanOrEqualTo(17);
      assertThat(model.card()).contains(CARD);
      assertThat(graph.getInitializerList())
          .anyMatch(each -> each.getName().equals("backbone.layer1.0.conv1.weight"))
          .anyMatch(each -> each.getName().equals("classifier.4.bias"));
    }
  }

  @Test
  void export_network_canBeLoadedAgain() {
    NetworkShape shape = new NetworkShape(18, 0.125, 8);
    try (FcnResNet network = FcnResNet.create(shape, 11, 7, Device.cpu());
        FcnResNet other = FcnResNet.create(shape, 11, 8, Device.cpu())) {
      makeStatisticsUnequal(network);
      Path file = folder.resolve("model.onnx");
      OnnxExporter.export(network, CARD, false).write(file);

      PretrainedWeights.load(file, other);

      for (int i = 0; i < network.weights().size(); i++) {
        assertThat(other.weights().get(i).values()).isEqualTo(network.weights().get(i).values());
      }
    }
  }

  @Test
  void compare_fileOfOtherWeights_failsNamingThePositionAndKeepsTheFile() {
    try (FcnResNet network =
        FcnResNet.create(new NetworkShape(18, 0.125, 8), 11, 7, Device.cpu())) {
      Path file = folder.resolve("model.onnx");
      OnnxExporter.export(network, CARD, false).write(file);
      Parameter bias = network.weights().get(network.weights().size() - 1);
      float[] moved = bias.values();
      moved[4] += 100;
      bias.set(moved);

      assertThatThrownBy(() -> compare(network, file, noise(3 * 32 * 32, 3), 1, 3, 32, 32))
          .isInstanceOf(FlipsideException.class)
          .hasMessageContaining("model.onnx: ONNX Runtime and DJL disagree")
          .hasMessageContaining("(image, class, row, column) [0, 4, ");
      assertThat(Files.exists(file)).isTrue();
    }
  }

  @Test
  void forward_sameImagesInBatchesOfOneAndThree_sameLogits() {
    try (FcnResNet network = FcnResNet.create(new NetworkShape(18, 0.125, 8), 11, 7, Device.cpu());
        NDManager manager = Torch.manager(Device.cpu())) {
      float[] images = noise(3 * 3 * 32 * 48, 5);
      NDArray all = manager.create(images, new Shape(3, 3, 32, 48));
      float[] together = network.forward(all, false).toFloatArray();
      float[] alone = network.forward(all.get("2:3"), false).toFloatArray();
      for (int i = 0; i < alone.length; i++) {
        assertThat(alone[i]).isCloseTo(together[2 * alone.length + i], within(1e-4f));
      }
    }
  }

  /** As after training: every channel has statistics of its own. */
  private static void makeStatisticsUnequal(FcnResNet network) {
    Random random = new Random(11);
    for (Parameter weight : network.weights()) {
      if (weight.shape().length == 1) {
        float[] values = weight.values();
        for (int i = 0; i < values.length; i++) {
          values[i] += 0.3f * random.nextFloat();
        }
        weight.set(values);
      }
    }
  }

  private static float[] noise(int length, int seed) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double compare(FcnResNet network, Path file, float[] images, long... shape) {
    return ExportCheck.compare(network, OnnxModelFile.read(file), file.toString(), images, shape);
  }
}
