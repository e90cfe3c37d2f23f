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
import dev.flipside.scorer.inference.LogitsSession;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.net.Backbone;
import dev.flipside.trainer.net.Head;
import dev.flipside.trainer.net.NetworkShape;
import dev.flipside.trainer.net.SegmentationNetwork;
import dev.flipside.trainer.net.layer.Parameter;
import dev.flipside.trainer.weights.PretrainedWeights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
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
    NetworkShape shape = NetworkShape.ofDepth(depth).withWidth(width).withOutputStride(stride);
    try (SegmentationNetwork network = SegmentationNetwork.create(shape, 11, 7, Device.cpu())) {
      makeStatisticsUnequal(network);
      Path file = folder.resolve("model.onnx");
      OnnxExporter.export(network, CARD, folded).write(file);

      float[] images = noise(batch * 3 * height * columns, 3);
      double difference = compare(network, file, images, batch, 3, height, columns);
      assertThat(difference).isLessThanOrEqualTo(ExportCheck.TOLERANCE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "resnet18, 0.25, 16, deeplabv3plus, false",
    "mobilenet_v2, 0.25, 8, fcn, true",
    "mobilenet_v2, 0.125, 32, deeplabv3plus, true",
    "efficientnet_lite0, 1, 16, fcn, false",
    "efficientnet_lite1, 0.25, 8, deeplabv3plus, true",
    "efficientnet_lite2, 0.125, 32, fcn, true"
  })
  void export_anyBackboneAndHead_onnxRuntimeComputesTheSameLogits(
      String backbone, double width, int stride, String head, boolean folded) {
    NetworkShape shape =
        new NetworkShape(Backbone.parse(backbone), width, stride, Head.parse(head));
    try (SegmentationNetwork network = SegmentationNetwork.create(shape, 11, 7, Device.cpu())) {
      makeStatisticsUnequal(network);
      Path file = folder.resolve("model.onnx");
      OnnxExporter.export(network, CARD, folded).write(file);

      double difference = compare(network, file, noise(2 * 3 * 45 * 61, 3), 2, 3, 45, 61);
      assertThat(difference).isLessThanOrEqualTo(ExportCheck.TOLERANCE);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 64, 96", "3, 61, 47"})
  void export_reduced_seesAveragesAndAnswersAtTheSizeOfTheImage(int factor, int height, int width) {
    try (SegmentationNetwork network =
        SegmentationNetwork.create(
            NetworkShape.ofDepth(18).withWidth(0.125).withOutputStride(8), 11, 7, Device.cpu())) {
      makeStatisticsUnequal(network);
      Path file = folder.resolve("model.onnx");
      OnnxExporter.export(network, CARD, false, factor).write(file);
      // Of one value everywhere, so that averages are that value, too, also in smaller squares.
      int rows = (height + factor - 1) / factor;
      int columns = (width + factor - 1) / factor;
      float[] small = uniform(3 * rows * columns);
      float[] expected;
      Path plain = folder.resolve("plain.onnx");
      OnnxExporter.export(network, CARD, false).write(plain);
      try (LogitsSession session =
          LogitsSession.open(OnnxModelFile.read(plain), SessionOptions.cpu())) {
        expected = session.run(CARD.input().name(), small, new long[] {1, 3, rows, columns});
      }

      float[] found;
      try (LogitsSession session =
          LogitsSession.open(OnnxModelFile.read(file), SessionOptions.cpu())) {
        found =
            session.run(
                CARD.input().name(), uniform(3 * height * width), new long[] {1, 3, height, width});
      }

      assertThat(found).hasSize(11 * height * width);
      // The corners of both maps are those of the scores before they are enlarged.
      for (int id = 0; id < 11; id++) {
        assertThat(found[id * height * width])
            .isCloseTo(expected[id * rows * columns], within(1e-4f));
        assertThat(found[(id + 1) * height * width - 1])
            .isCloseTo(expected[(id + 1) * rows * columns - 1], within(1e-4f));
      }
    }
  }

  private static float[] uniform(int count) {
    float[] values = new float[count];
    Arrays.fill(values, 0.7f);
    return values;
  }

  @Test
  void export_network_dropoutIsKeptAndCardIsInside() {
    try (SegmentationNetwork network =
        SegmentationNetwork.create(
            NetworkShape.ofDepth(18).withWidth(0.125).withOutputStride(8), 11, 7, Device.cpu())) {
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
    NetworkShape shape = NetworkShape.ofDepth(18).withWidth(0.125).withOutputStride(8);
    try (SegmentationNetwork network = SegmentationNetwork.create(shape, 11, 7, Device.cpu());
        SegmentationNetwork other = SegmentationNetwork.create(shape, 11, 8, Device.cpu())) {
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
    try (SegmentationNetwork network =
        SegmentationNetwork.create(
            NetworkShape.ofDepth(18).withWidth(0.125).withOutputStride(8), 11, 7, Device.cpu())) {
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
    try (SegmentationNetwork network =
            SegmentationNetwork.create(
                NetworkShape.ofDepth(18).withWidth(0.125).withOutputStride(8),
                11,
                7,
                Device.cpu());
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
  private static void makeStatisticsUnequal(SegmentationNetwork network) {
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

  private static double compare(
      SegmentationNetwork network, Path file, float[] images, long... shape) {
    return ExportCheck.compare(network, OnnxModelFile.read(file), file.toString(), images, shape);
  }
}
