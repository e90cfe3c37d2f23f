package dev.flipside.models.probe;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.flipside.models.domain.FlipsideException;
import java.nio.ByteBuffer;
import java.util.Map;

/** Runs a small model once on the CPU. Implemented where a runtime is known. */
public interface ModelRunner {
  /**
   * Runs a model with one uint8 input and returns all outputs.
   *
   * @param input name of the input
   * @param data direct buffer with the values of the input, row-major
   * @param shape shape of the input
   * @return the float32 outputs by name
   * @throws FlipsideException if the model cannot be loaded or run
   */
  Map<String, TensorValues> run(ModelProto model, String input, ByteBuffer data, long[] shape);
}
