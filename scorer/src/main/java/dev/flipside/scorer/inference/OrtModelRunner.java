package dev.flipside.scorer.inference;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.flipside.models.probe.ModelRunner;
import dev.flipside.models.probe.TensorValues;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/** Runs a model once on the CPU with ONNX Runtime. Of very large outputs, only shapes are kept. */
public final class OrtModelRunner implements ModelRunner {
  /** Of larger tensors only the shape is returned. */
  private static final long MOST_ELEMENTS = 1L << 26;

  @Override
  public Map<String, TensorValues> run(
      ModelProto model, String input, ByteBuffer data, long[] shape) {
    Map<String, TensorValues> values = new HashMap<>();
    try (OrtSession session = OrtSessions.openForOneRun(model);
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
          "the model failed: " + RuntimeMessages.explained(e.getMessage()), e);
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
