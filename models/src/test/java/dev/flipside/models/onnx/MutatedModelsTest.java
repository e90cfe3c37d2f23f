package dev.flipside.models.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.models.scoring.ScoringGraph;
import dev.flipside.models.scoring.ScoringRequest;
import dev.flipside.models.scoring.ScoringSpec;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Valid files, changed at random by a fixed seed: each is opened and grafted, or refused with a
 * message; nothing else may happen, and not for long. The profile {@code long} makes more of them.
 */
class MutatedModelsTest {
  private static final int MUTATIONS = Integer.getInteger("flipside.mutations", 2000);
  private static final long LONGEST_NANOS = Duration.ofSeconds(10).toNanos();
  private static final List<String> FILES =
      List.of(
          "dynamic", "dynamo18", "fp16_weights_fp32_io", "out_aux", "batch1_fixed", "nhwc_both");
  private static final long[] ODD_NUMBERS = {
    0,
    1,
    -1,
    2,
    3,
    7,
    255,
    1 << 16,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    1L << 32
  };
  private static final String[] OPERATORS = {
    "Relu",
    "Conv",
    "Reshape",
    "Loop",
    "If",
    "Resize",
    "Concat",
    "Slice",
    "Gather",
    "Transpose",
    "ConstantOfShape",
    "Expand",
    "Tile",
    "Split",
    "TopK",
    "Range",
    "Unsqueeze",
    "Squeeze",
    "Pad",
    "MatMul",
    "ArgMax",
    "Softmax",
    "ReduceSum",
    "Shape",
    "ConvTranspose",
    "MaxPool",
    "DepthToSpace",
    "Where",
    "Div",
    "Mod",
    "Cast",
    "Evil"
  };

  @Test
  void open_mutatedFiles_areTakenOrRefused() throws IOException {
    List<byte[]> originals = new ArrayList<>();
    for (String each : FILES) {
      originals.add(bytes(each));
    }
    Random random = new Random(20201);
    int taken = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] original = originals.get(i % originals.size());
      byte[] mutated = i % 2 == 0 ? changedBytes(original, random) : changedModel(original, random);
      long start = System.nanoTime();
      taken += survives(mutated, i) ? 1 : 0;
      assertThat(System.nanoTime() - start).as("time of mutation %s", i).isLessThan(LONGEST_NANOS);
    }
    assertThat(taken).as("mutations that still are models").isBetween(1, MUTATIONS - 1);
  }

  private static boolean survives(byte[] content, int mutation) {
    try {
      LoadedModel model =
          ModelSource.open(OnnxModelFile.read(content, "mutated"), null, CardOverrides.NONE);
      RegionGrid grid = new RegionGrid(new ImageSize(96, 128), 32, 32);
      ScoringGraph.graft(
          model.file(),
          model.card(),
          new ScoringRequest(grid, 1, ScoringSpec.FLIP_ENTROPY, Set.of()));
      return true;
    } catch (FlipsideException e) {
      assertThat(e.getMessage()).isNotBlank();
      return false;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      return fail("mutation " + mutation + " of seed 20201", e);
    }
  }

  private static byte[] changedBytes(byte[] original, Random random) {
    byte[] copy = original.clone();
    int changes = 1 + random.nextInt(8);
    for (int i = 0; i < changes; i++) {
      copy[random.nextInt(copy.length)] = (byte) random.nextInt();
    }
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(copy, random.nextInt(copy.length));
      case 1 -> {
        int from = random.nextInt(copy.length);
        int length = Math.min(copy.length - from, random.nextInt(64));
        System.arraycopy(original, random.nextInt(copy.length - length), copy, from, length);
        yield copy;
      }
      default -> copy;
    };
  }

  private static byte[] changedModel(byte[] original, Random random) throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(original).toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      change(model, graph, random);
    }
    return model.build().toByteArray();
  }

  private static void change(ModelProto.Builder model, GraphProto.Builder graph, Random random) {
    NodeProto.Builder node = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
    long odd = ODD_NUMBERS[random.nextInt(ODD_NUMBERS.length)];
    switch (random.nextInt(10)) {
      case 0 -> node.setOpType(OPERATORS[random.nextInt(OPERATORS.length)]);
      case 1 -> {
        if (node.getInputCount() > 0) {
          node.setInput(random.nextInt(node.getInputCount()), anyValue(graph, random));
        }
      }
      case 2 -> node.addInput(anyValue(graph, random));
      case 3 -> graph.removeNode(random.nextInt(graph.getNodeCount() - 1));
      case 4 -> {
        TensorProto.Builder tensor =
            graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount()));
        if (tensor.getDimsCount() > 0) {
          tensor.setDims(random.nextInt(tensor.getDimsCount()), odd);
        }
      }
      case 5 -> {
        if (node.getAttributeCount() > 0) {
          AttributeProto.Builder attribute =
              node.getAttributeBuilder(random.nextInt(node.getAttributeCount()));
          attribute.setI(odd);
          for (int i = 0; i < attribute.getIntsCount(); i++) {
            attribute.setInts(i, odd);
          }
        }
      }
      case 6 -> model.getOpsetImportBuilder(0).setVersion(random.nextInt(30) - 2);
      case 7 ->
          graph
              .getInputBuilder(0)
              .getTypeBuilder()
              .getTensorTypeBuilder()
              .getShapeBuilder()
              .getDimBuilder(random.nextInt(4))
              .setDimValue(odd);
      case 8 -> graph.getOutputBuilder(0).getTypeBuilder().clearTensorType();
      default -> {
        TensorProto.Builder tensor =
            graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount()));
        tensor.setDataType(random.nextInt(26));
      }
    }
  }

  private static String anyValue(GraphProto.Builder graph, Random random) {
    NodeProto node = graph.getNode(random.nextInt(graph.getNodeCount()));
    return node.getOutputCount() == 0 ? "" : node.getOutput(0);
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in =
        MutatedModelsTest.class.getResourceAsStream("/c_models/" + name + ".onnx")) {
      return in.readAllBytes();
    }
  }
}
