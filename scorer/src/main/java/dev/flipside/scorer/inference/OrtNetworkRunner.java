package dev.flipside.scorer.inference;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.flipside.models.probe.NetworkRunner;
import dev.flipside.models.probe.TensorValues;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs a network once on the CPU with ONNX Runtime. Of very large outputs, only shapes are kept.
 */
public final class OrtNetworkRunner implements NetworkRunner {
  /** Of larger tensors only the shape is returned. */
  private static final long MOST_ELEMENTS = 1L << 26;

  @Override
  public Map<String, TensorValues> run(
      ModelProto network, String input, ByteBuffer data, long[] shape) {
    Map<String, TensorValues> values = new HashMap<>();
    try (OrtSession session = OrtSessions.openForOneRun(network);
        OnnxTensor images =
            OnnxTensor.createTensor(OrtSessions.environment(), data, shape, OnnxJavaType.UINT8);
        OrtSession.Result result = session.run(Map.of(input, images))) {
      for (Map.Entry<String, OnnxValue> each : result) {
        if (each.getValue() instanceof OnnxTensor tensor) {
          values.put(each.getKey(), values(tensor));
        }
      }
      return values;
    } catch (OrtException e) {
      throw new InferenceException(
          "the network failed: " + RuntimeMessages.explained(e.getMessage()), e);
    }
  }

  private static TensorValues values(OnnxTensor tensor) {
    long[] shape = tensor.getInfo().getShape();
    if (tensor.getInfo().getNumElements() > MOST_ELEMENTS) {
      return new TensorValues(shape, new float[0]);
    }
    FloatBuffer numbers = tensor.getFloatBuffer();
    float[] copy = new float[numbers.remaining()];
    numbers.get(copy);
    return new TensorValues(shape, copy);
  }
}
