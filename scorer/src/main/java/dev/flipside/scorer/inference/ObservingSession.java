package dev.flipside.scorer.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.errorprone.annotations.MustBeClosed;
import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.scoring.ScoringGraph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A session of a scoring graph that exposes inner values of the model. Not thread-safe. */
public final class ObservingSession implements AutoCloseable {
  private final ScoringGraph graph;
  private final List<String> values;
  private final OrtSession session;
  private boolean closed;

  private ObservingSession(ScoringGraph graph, Collection<String> values, OrtSession session) {
    this.graph = graph;
    this.values = List.copyOf(values);
    this.session = session;
  }

  /** Receives inner values of a model. */
  @FunctionalInterface
  public interface Observer {
    /**
     * Receives a value.
     *
     * @param name its name
     * @param shape its shape
     * @param elements its elements, row-major; only valid during the call
     */
    void show(String name, long[] shape, FloatBuffer elements);
  }

  /**
   * Loads a graph on the CPU. The caller closes the returned session.
   *
   * @param values names of float32 values of the user's model
   * @param threads number of threads per run
   * @throws InferenceException if the graph cannot be loaded
   */
  @MustBeClosed
  public static ObservingSession open(ScoringGraph graph, Collection<String> values, int threads) {
    return new ObservingSession(
        graph,
        values,
        OrtSessions.open(
            graph.observing(values),
            ExecutionProvider.CPU,
            SessionOptions.of(ExecutionProvider.CPU, threads),
            0));
  }

  /**
   * Runs the model and passes the values to an observer, one by one.
   *
   * @param images direct buffer that starts with {@code [B,H,W,c]} in the pixel format of the graph
   * @param observer receives each value
   * @throws InferenceException if the run fails, for example because of insufficient memory
   */
  public void run(ByteBuffer images, Observer observer) {
    ImageSize size = graph.request().grid().image();
    PixelFormat pixels = graph.pixels();
    long[] shape = {graph.request().batch(), size.height(), size.width(), pixels.channels()};
    int bytes = Math.toIntExact(pixels.pixelBytes() * size.pixels() * graph.request().batch());
    try (OnnxTensor input =
            OnnxTensor.createTensor(
                OrtSessions.environment(),
                images.slice(0, bytes).order(ByteOrder.nativeOrder()),
                shape,
                pixels.bits() == 8 ? OnnxJavaType.UINT8 : OnnxJavaType.FLOAT);
        OrtSession.Result result =
            session.run(Map.of(ScoringGraph.INPUT, input), Set.copyOf(values))) {
      for (Map.Entry<String, OnnxValue> value : result) {
        // The byte view shares the memory of the run; a float view would be a copy.
        OnnxTensor tensor = (OnnxTensor) value.getValue();
        ByteBuffer elements = tensor.getByteBuffer().order(ByteOrder.nativeOrder());
        observer.show(value.getKey(), tensor.getInfo().getShape(), elements.asFloatBuffer());
      }
    } catch (OrtException e) {
      throw new InferenceException(
          "the model failed while it was observed on an image of " + size + ": " + e.getMessage(),
          e);
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
