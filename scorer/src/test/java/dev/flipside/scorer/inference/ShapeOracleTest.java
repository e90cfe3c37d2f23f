package dev.flipside.scorer.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.models.shape.PartialTensor;
import dev.flipside.models.shape.ShapeInference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link ShapeInference} against the shapes of what ONNX Runtime returns. */
class ShapeOracleTest {
  private static final Path EXPORTS = Path.of("src", "test", "resources", "models");
  private static final int GRAPHS = 60;

  static List<Path> exports() throws IOException {
    try (Stream<Path> files = Files.walk(EXPORTS)) {
      return files.filter(each -> each.toString().endsWith(".onnx")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("exports")
  void shapesOfExports_areThoseOfOnnxRuntime(Path file) {
    ModelProto model = OnnxModelFile.read(file).proto();
    ValueInfoProto input = model.getGraph().getInput(0);
    long[] dims = dims(input);

    ShapeInference inferred =
        ShapeInference.of(model, Map.of(input.getName(), PartialTensor.shaped(type(input), dims)));

    assertThat(inferred.contradiction()).isEmpty();
    Map<String, long[]> returned = outputs(model, dims);
    assertThat(returned).isNotEmpty();
    for (Map.Entry<String, long[]> each : returned.entrySet()) {
      PartialTensor found = inferred.fact(each.getKey()).orElse(null);
      if (found == null) {
        // Operators that only one runtime knows, like DynamicQuantizeLinear, end what is known.
        assertThat(file.toString()).contains("ort-dynamic");
        continue;
      }
      assertThat(found.dims()).as("%s", each.getKey()).isEqualTo(each.getValue());
    }
  }

  /** An operator on inputs and with attributes that are drawn. */
  enum Drawn {
    CONV {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        long group = random.nextBoolean() ? 1 : dims[1];
        long[] kernel = {1 + random.nextInt(5), 1 + random.nextInt(5)};
        Map<String, Object> attributes = windows(random);
        attributes.put("group", group);
        return graph.node(
            "Conv", attributes, x, zeros(graph, 2 * group, dims[1] / group, kernel[0], kernel[1]));
      }
    },
    CONV_TRANSPOSE {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        long stride = 1L + random.nextInt(3);
        Map<String, Object> attributes = new HashMap<>(Map.of("strides", new long[] {stride, 2}));
        attributes.put("output_padding", new long[] {random.nextInt((int) stride), 1});
        if (random.nextBoolean()) {
          attributes.put("pads", new long[] {1, 0, 0, 1});
        }
        return graph.node("ConvTranspose", attributes, x, zeros(graph, dims[1], 3, 3, 4));
      }
    },
    POOL {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        Map<String, Object> attributes = windows(random);
        attributes.put("kernel_shape", new long[] {2 + random.nextInt(3), 2 + random.nextInt(3)});
        attributes.put("ceil_mode", (long) random.nextInt(2));
        return graph.node(random.nextBoolean() ? "MaxPool" : "AveragePool", attributes, x);
      }
    },
    RESIZE {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        if (random.nextBoolean()) {
          long[] sizes = {dims[0], dims[1], 1 + random.nextInt(40), 1 + random.nextInt(40)};
          return new OnnxOps(graph).resizeLinear(x, sizes);
        }
        float[] scales = {1, 1, 0.3f + random.nextInt(30) / 10f, 0.7f + random.nextInt(20) / 7f};
        return graph.node(
            "Resize",
            Map.of("mode", "nearest"),
            x,
            OnnxValue.ABSENT,
            graph.initializer("scales", scales, 4));
      }
    },
    SLICE {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        long step = random.nextBoolean() ? 1 + random.nextInt(3) : -1 - random.nextInt(3);
        return graph.node(
            "Slice",
            Map.of(),
            x,
            graph.initializer("from", new long[] {random.nextInt(30) - 15}, 1),
            graph.initializer("to", new long[] {random.nextInt(60) - 30}, 1),
            graph.initializer("axes", new long[] {random.nextInt(4) - 2}, 1),
            graph.initializer("steps", new long[] {step}, 1));
      }
    },
    PAD {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        long[] pads = LongStream.generate(() -> random.nextInt(4) - 1).limit(8).toArray();
        pads[0] = 0;
        pads[4] = 0;
        return graph.node("Pad", Map.of(), x, graph.initializer("pads", pads, 8));
      }
    },
    RESHAPE {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        List<long[]> shapes =
            List.of(
                new long[] {0, -1},
                new long[] {0, 0, -1},
                new long[] {-1, dims[3]},
                new long[] {dims[0] * dims[1], dims[2], dims[3]},
                new long[] {0, 0, 1, -1, dims[3]});
        long[] shape = shapes.get(random.nextInt(shapes.size()));
        return graph.node("Reshape", Map.of(), x, graph.initializer("shape", shape, shape.length));
      }
    },
    FLATTEN {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        return graph.node("Flatten", Map.of("axis", (long) random.nextInt(9) - 4), x);
      }
    },
    TRANSPOSE {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        List<Integer> order = Arrays.asList(0, 1, 2, 3);
        Collections.shuffle(order, random);
        return graph.node(
            "Transpose", Map.of("perm", order.stream().mapToLong(Integer::longValue).toArray()), x);
      }
    },
    UNSQUEEZE {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        long[] axes = {random.nextInt(6), -1};
        return graph.node("Unsqueeze", Map.of(), x, graph.initializer("axes", axes, 2));
      }
    },
    GATHER {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        long[] indices = new long[6];
        return graph.node(
            "Gather",
            Map.of("axis", (long) random.nextInt(8) - 4),
            x,
            random.nextBoolean()
                ? graph.initializer("indices", indices, 2, 3)
                : graph.initializer("index", new long[] {0}));
      }
    },
    CONCAT {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        int axis = random.nextInt(4);
        long[] other = dims.clone();
        other[axis] = 1L + random.nextInt(5);
        return graph.node("Concat", Map.of("axis", (long) axis - 4), x, zeros(graph, other), x);
      }
    },
    BROADCAST {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        long[] other =
            IntStream.range(random.nextInt(5), 4)
                .mapToLong(axis -> random.nextBoolean() ? 1 : dims[axis])
                .toArray();
        List<String> names = List.of("Add", "Sub", "Mul", "Div", "Pow", "Max", "Greater");
        return graph.node(
            names.get(random.nextInt(names.size())), Map.of(), x, zeros(graph, other));
      }
    },
    EXPAND {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        long[] shape = {2, dims[0], dims[1], dims[2], random.nextBoolean() ? 1 : dims[3]};
        return graph.node("Expand", Map.of(), x, graph.initializer("shape", shape, 5));
      }
    },
    TILE {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        long[] repeats = LongStream.generate(() -> 1 + random.nextInt(3)).limit(4).toArray();
        return graph.node("Tile", Map.of(), x, graph.initializer("repeats", repeats, 4));
      }
    },
    MAT_MUL {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        long[] other =
            switch (random.nextInt(3)) {
              case 0 -> new long[] {dims[3]};
              case 1 -> new long[] {dims[3], 5};
              default -> new long[] {dims[1], dims[3], 7};
            };
        return graph.node("MatMul", Map.of(), x, zeros(graph, other));
      }
    },
    BLOCKS {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        String name = random.nextBoolean() ? "DepthToSpace" : "SpaceToDepth";
        return graph.node(name, Map.of("blocksize", 2L), x);
      }
    },
    REDUCE {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        long keep = random.nextInt(2);
        return switch (random.nextInt(3)) {
          case 0 ->
              graph.node(
                  "ArgMax", Map.of("axis", (long) random.nextInt(8) - 4, "keepdims", keep), x);
          case 1 ->
              graph.node("ReduceMean", Map.of("axes", new long[] {-1, 2}, "keepdims", keep), x);
          default ->
              graph.node(
                  "ReduceSum",
                  Map.of("keepdims", keep),
                  x,
                  graph.initializer("axes", new long[] {1}, 1));
        };
      }
    },
    EINSUM {
      @Override
      OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random) {
        return graph.node(
            "Einsum",
            Map.of("equation", random.nextBoolean() ? "bchw,bcq->bqhw" : "bchw, bcq -> qhw"),
            x,
            zeros(graph, dims[0], dims[1], 6));
      }
    };

    abstract OnnxValue node(OnnxGraph graph, OnnxValue x, long[] dims, Random random);

    private static OnnxValue zeros(OnnxGraph graph, long... dims) {
      long count = LongStream.of(dims).reduce(1, (a, b) -> a * b);
      return graph.initializer("zeros", new float[Math.toIntExact(count)], dims);
    }

    private static Map<String, Object> windows(Random random) {
      Map<String, Object> attributes = new HashMap<>();
      attributes.put("strides", new long[] {1 + random.nextInt(3), 1 + random.nextInt(3)});
      switch (random.nextInt(4)) {
        case 0 -> attributes.put("auto_pad", "SAME_UPPER");
        case 1 -> attributes.put("auto_pad", "VALID");
        case 2 -> attributes.put("pads", new long[] {random.nextInt(2), 1, 1, random.nextInt(2)});
        default -> {}
      }
      return attributes;
    }
  }

  @ParameterizedTest
  @EnumSource
  void shapesOfDrawnOperators_areThoseOfOnnxRuntime(Drawn drawn) {
    Random random = new Random(drawn.name().hashCode());
    int compared = 0;
    for (int draw = 0; draw < GRAPHS; draw++) {
      long[] dims = {
        1 + random.nextInt(2), 4L * (1 + random.nextInt(2)), 4L + 2L * random.nextInt(7), 16
      };
      OnnxGraph graph = new OnnxGraph("drawn", 17);
      OnnxValue x = graph.input("x", TensorType.FLOAT32, dims[0], dims[1], dims[2], dims[3]);
      OnnxValue y = drawn.node(graph, x, dims, random);
      graph.output(y.name(), y, TensorType.FLOAT32);
      ModelProto model = graph.build("test", "1").proto();
      long[] right = outputs(model, dims).get(y.name());
      ShapeInference inferred =
          ShapeInference.of(model, Map.of("x", PartialTensor.shaped(1, dims)));
      if (right == null) {
        continue; // refused: what was drawn does not fit
      }
      assertThat(inferred.contradiction()).as("%s", graph).isEmpty();
      assertThat(inferred.fact(y.name()).orElseThrow().dims())
          .as("%s of %s", model.getGraph().getNode(0), Arrays.toString(dims))
          .isEqualTo(right);
      compared++;
    }
    assertThat(compared).isGreaterThan(GRAPHS / 4);
  }

  private static int type(ValueInfoProto input) {
    return input.getType().getTensorType().getElemType();
  }

  /** Lengths as declared, and 96 px or one image where they are not. */
  private static long[] dims(ValueInfoProto input) {
    TensorShapeProto shape = input.getType().getTensorType().getShape();
    long[] dims = shape.getDimList().stream().mapToLong(each -> each.getDimValue()).toArray();
    boolean channelsLast = dims[3] == 3 || (dims[3] == 1 && dims[1] != 1);
    for (int axis = 0; axis < 4; axis++) {
      if (dims[axis] == 0) {
        boolean channels = axis == (channelsLast ? 3 : 1);
        dims[axis] = axis == 0 ? 1 : channels ? 3 : 96;
      }
    }
    return dims;
  }

  /**
   * The lengths of what ONNX Runtime returns for zeros; empty if it refuses the model or the input.
   * What it infers before is not asked: up to operator set 21 it is wrong for poolings that round
   * up.
   */
  private static Map<String, long[]> outputs(ModelProto model, long[] dims) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    ValueInfoProto input = model.getGraph().getInput(0);
    OnnxJavaType type = OnnxJavaType.mapFromInt(type(input));
    int bytes = Math.toIntExact(type.size * LongStream.of(dims).reduce(1, (a, b) -> a * b));
    Map<String, long[]> shapes = new HashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      try (OrtSession session = environment.createSession(model.toByteArray(), options);
          OnnxTensor zeros =
              OnnxTensor.createTensor(environment, ByteBuffer.allocateDirect(bytes), dims, type);
          OrtSession.Result results = session.run(Map.of(input.getName(), zeros))) {
        for (var each : results) {
          shapes.put(each.getKey(), ((TensorInfo) each.getValue().getInfo()).getShape());
        }
      }
    } catch (OrtException e) {
      shapes.clear();
    }
    return shapes;
  }
}
