package dev.flipside.trainer.weights;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The initializers of an ONNX model, under the names its exporter gave them. */
public final class OnnxWeights implements WeightsFile {
  private static final Map<Integer, ElementType> TYPES =
      Map.of(
          TensorProto.DataType.FLOAT_VALUE, ElementType.FLOAT32,
          TensorProto.DataType.DOUBLE_VALUE, ElementType.FLOAT64,
          TensorProto.DataType.FLOAT16_VALUE, ElementType.FLOAT16,
          TensorProto.DataType.BFLOAT16_VALUE, ElementType.BFLOAT16,
          TensorProto.DataType.INT64_VALUE, ElementType.INT64,
          TensorProto.DataType.INT32_VALUE, ElementType.INT32,
          TensorProto.DataType.INT16_VALUE, ElementType.INT16,
          TensorProto.DataType.INT8_VALUE, ElementType.INT8,
          TensorProto.DataType.UINT8_VALUE, ElementType.UINT8,
          TensorProto.DataType.BOOL_VALUE, ElementType.BOOL);

  private final Path path;
  private final Map<StoredTensor, TensorProto> tensors;

  private OnnxWeights(Path path, Map<StoredTensor, TensorProto> tensors) {
    this.path = path;
    this.tensors = tensors;
  }

  /**
   * Opens a model.
   *
   * @throws FlipsideException if it is not an ONNX model, or holds an initializer of a type that is
   *     no weight
   */
  public static OnnxWeights open(Path path) {
    Map<StoredTensor, TensorProto> tensors = new LinkedHashMap<>();
    for (TensorProto each : OnnxModelFile.read(path).proto().getGraph().getInitializerList()) {
      ElementType type = TYPES.get(each.getDataType());
      if (type == null) {
        throw new FlipsideException(
            path
                + ": initializer "
                + each.getName()
                + " has ONNX type "
                + each.getDataType()
                + ", expected numbers");
      }
      tensors.put(new StoredTensor(each.getName(), type, each.getDimsList()), each);
    }
    return new OnnxWeights(path, tensors);
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public List<StoredTensor> tensors() {
    return List.copyOf(tensors.keySet());
  }

  @Override
  public float[] read(StoredTensor tensor) {
    TensorProto proto = tensors.get(tensor);
    if (proto == null) {
      throw new IllegalArgumentException(path + " has no tensor " + tensor);
    }
    float[] values = values(tensor, proto);
    if (values.length != tensor.elements()) {
      throw new FlipsideException(
          path
              + ": initializer "
              + tensor.name()
              + " holds "
              + values.length
              + " values, expected "
              + tensor.elements()
              + " for its shape "
              + tensor.shape());
    }
    return values;
  }

  private static float[] values(StoredTensor tensor, TensorProto proto) {
    if (proto.hasRawData()) {
      ByteBuffer bytes = proto.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      return tensor.type().readAll(bytes);
    }
    int count = Math.toIntExact(tensor.elements());
    float[] values = new float[count];
    switch (tensor.type()) {
      case FLOAT32 -> {
        return Tensors.floats(proto);
      }
      case FLOAT64 -> {
        for (int i = 0; i < Math.min(count, proto.getDoubleDataCount()); i++) {
          values[i] = (float) proto.getDoubleData(i);
        }
      }
      case INT64 -> {
        for (int i = 0; i < Math.min(count, proto.getInt64DataCount()); i++) {
          values[i] = proto.getInt64Data(i);
        }
      }
      default ->
          throw new FlipsideException(
              "initializer "
                  + tensor.name()
                  + " of type "
                  + tensor.type()
                  + " is not stored as raw data; save the model again with a newer exporter");
    }
    return values;
  }

  @Override
  public void close() {
    // The model was read whole.
  }
}
