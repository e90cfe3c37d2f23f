package dev.flipside.scorer.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.errorprone.annotations.MustBeClosed;
import dev.flipside.models.onnx.OnnxModelFile;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;

/** A session of a model without preprocessing and scoring, to compare its outputs. */
public final class LogitsSession implements AutoCloseable {
  private final OrtSession session;
  private final RunControl runs;
  private boolean closed;

  private LogitsSession(OrtSession session, RunControl runs) {
    this.session = session;
    this.runs = runs;
  }

  /**
   * Loads a model. The caller closes the returned session.
   *
   * @throws InferenceException if it cannot be loaded or the provider cannot be used
   */
  @MustBeClosed
  public static LogitsSession open(OnnxModelFile model, SessionOptions options) {
    ProviderChoice choice = ExecutionProviders.choose(options);
    return new LogitsSession(
        OrtSessions.open(
            choice.network(model).proto(), choice.provider(), options, choice.devices().get(0)),
        options.runs());
  }

  /**
   * Runs the model on one float32 input.
   *
   * @param input name of the input
   * @param data its values, row-major
   * @param shape its shape, for example {@code [N,C,H,W]}
   * @return the first output, row-major
   * @throws InferenceException if the run fails
   */
  public float[] run(String input, float[] data, long[] shape) {
    return run(input, data, shape, Optional.empty());
  }

  /**
   * Runs the model on one float32 input.
   *
   * @param output name of the float32 output to return
   * @return that output, row-major
   * @throws InferenceException if the run fails
   */
  public float[] run(String input, float[] data, long[] shape, String output) {
    return run(input, data, shape, Optional.of(output));
  }

  private float[] run(String input, float[] data, long[] shape, Optional<String> output) {
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(OrtSessions.environment(), FloatBuffer.wrap(data), shape);
        OrtSession.Result result =
            runs.run(1, control -> session.run(Map.of(input, tensor), control))) {
      OnnxValue value =
          output.isEmpty()
              ? result.get(0)
              : result
                  .get(output.get())
                  .orElseThrow(
                      () ->
                          new InferenceException(
                              "the network has no output \"" + output.get() + "\"", null));
      FloatBuffer values = ((OnnxTensor) value).getFloatBuffer();
      float[] copy = new float[values.remaining()];
      values.get(copy);
      return copy;
    } catch (OrtException e) {
      throw new InferenceException(
          "the model failed: " + RuntimeMessages.explained(e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      session.close();
    } catch (OrtException e) {
      throw new InferenceException("the network cannot be closed: " + e.getMessage(), e);
    }
  }
}
