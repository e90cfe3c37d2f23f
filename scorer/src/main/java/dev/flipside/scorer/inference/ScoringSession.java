package dev.flipside.scorer.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.errorprone.annotations.MustBeClosed;
import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.scoring.DiagnosticMap;
import dev.flipside.models.scoring.ScoringGraph;
import dev.flipside.models.scoring.ScoringRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A session of a scoring graph. Not thread-safe. */
public final class ScoringSession implements AutoCloseable {
  private final ScoringRequest request;
  private final PixelFormat pixels;
  private final ExecutionProvider provider;
  private final OrtSession session;
  private final RunControl runs;
  private final Map<String, ByteBuffer> buffers = new HashMap<>();
  private final Map<String, OnnxTensor> outputs = new HashMap<>();
  private boolean closed;

  private ScoringSession(
      ScoringGraph graph, ExecutionProvider provider, OrtSession session, RunControl runs) {
    this.request = graph.request();
    this.pixels = graph.pixels();
    this.provider = provider;
    this.session = session;
    this.runs = runs;
  }

  /**
   * Loads a graph on the first of the selected devices. The caller closes the returned session.
   *
   * @throws InferenceException if the graph cannot be loaded or the provider cannot be used
   */
  @MustBeClosed
  public static ScoringSession open(ScoringGraph graph, SessionOptions options) {
    ProviderChoice choice = ExecutionProviders.choose(options);
    return open(graph, choice.provider(), options, choice.devices().get(0));
  }

  /**
   * Loads a graph on a device. The caller closes the returned session.
   *
   * @param device index of the GPU, 0 on the CPU
   * @throws InferenceException if the graph cannot be loaded or the provider cannot be used
   */
  @MustBeClosed
  public static ScoringSession open(ScoringGraph graph, SessionOptions options, int device) {
    return open(graph, ExecutionProviders.choose(options).provider(), options, device);
  }

  @MustBeClosed
  private static ScoringSession open(
      ScoringGraph graph, ExecutionProvider provider, SessionOptions options, int device) {
    ScoringSession scoring =
        new ScoringSession(
            graph,
            provider,
            OrtSessions.open(graph.proto(), provider, options, device),
            options.runs());
    try {
      scoring.pinOutputs();
      return scoring;
    } catch (OrtException e) {
      scoring.close();
      throw new InferenceException("the outputs of the network do not fit: " + e.getMessage(), e);
    }
  }

  /** Outputs are written to the same memory in every run. */
  private void pinOutputs() throws OrtException {
    RegionGrid grid = request.grid();
    long batch = request.batch();
    pin(ScoringGraph.SCORES, OnnxJavaType.FLOAT, batch, grid.rows(), grid.cols());
    for (DiagnosticMap picture : request.pictures()) {
      ImageSize size = picture.size(grid.image());
      pin(
          picture.output(),
          picture == DiagnosticMap.ARGMAX ? OnnxJavaType.UINT8 : OnnxJavaType.FLOAT,
          batch,
          size.height(),
          size.width());
    }
  }

  private void pin(String name, OnnxJavaType type, long... shape) throws OrtException {
    long bytes = type.size;
    for (long side : shape) {
      bytes = Math.multiplyExact(bytes, side);
    }
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
    buffers.put(name, buffer);
    outputs.put(
        name,
        OnnxTensor.createTensor(
            OrtSessions.environment(),
            buffer.duplicate().order(ByteOrder.nativeOrder()),
            shape,
            type));
  }

  /** Returns the request for which this session was opened. */
  public ScoringRequest request() {
    return request;
  }

  /** Returns the execution provider. */
  public ExecutionProvider provider() {
    return provider;
  }

  /**
   * Scores a batch. Heads of several passes use the same dropout masks for all images.
   *
   * @param images direct buffer that starts with {@code [B,H,W,c]} in the pixel format of the graph
   * @return {@code [B * rows * cols]}, row-major
   * @throws InferenceException if the run fails, for example because of insufficient memory or
   *     because it takes too long
   * @throws java.util.concurrent.CancellationException if {@link SessionOptions#runs} was ended
   */
  public float[] run(ByteBuffer images) {
    return run(images, new long[request.batch()]);
  }

  /**
   * Scores a batch.
   *
   * @param images direct buffer that starts with {@code [B,H,W,c]} in the pixel format of the graph
   * @param seeds seeds of the dropout masks of each image; not used by heads of one pass
   * @return {@code [B * rows * cols]}, row-major
   * @throws InferenceException if the run fails, for example because of insufficient memory or
   *     because it takes too long
   * @throws java.util.concurrent.CancellationException if {@link SessionOptions#runs} was ended
   */
  public float[] run(ByteBuffer images, long... seeds) {
    execute(images, seeds);
    float[] scores = new float[request.batch() * request.grid().count()];
    buffer(ScoringGraph.SCORES).asFloatBuffer().get(0, scores);
    return scores;
  }

  /**
   * Scores a batch and returns the diagnostic maps, too.
   *
   * @param images direct buffer that starts with {@code [B,H,W,c]} in the pixel format of the graph
   * @throws InferenceException if the run fails, for example because of insufficient memory or
   *     because it takes too long
   * @throws java.util.concurrent.CancellationException if {@link SessionOptions#runs} was ended
   */
  public ScoredBatch runWithPictures(ByteBuffer images) {
    float[] scores = run(images);
    Map<DiagnosticMap, ByteBuffer> pictures = new EnumMap<>(DiagnosticMap.class);
    for (DiagnosticMap picture : request.pictures()) {
      ByteBuffer pinned = buffer(picture.output());
      ByteBuffer copy = ByteBuffer.allocate(pinned.limit()).order(ByteOrder.nativeOrder());
      copy.put(0, pinned, 0, pinned.limit());
      pictures.put(picture, copy);
    }
    return new ScoredBatch(scores, pictures);
  }

  private ByteBuffer buffer(String output) {
    ByteBuffer buffer = buffers.get(output);
    if (buffer == null) {
      throw new IllegalStateException("output " + output + " was not asked for");
    }
    return buffer;
  }

  private void execute(ByteBuffer images, long... seeds) {
    ImageSize size = request.grid().image();
    long[] shape = {request.batch(), size.height(), size.width(), pixels.channels()};
    int bytes = Math.toIntExact(pixels.pixelBytes() * size.pixels() * request.batch());
    if (!images.isDirect() || images.capacity() < bytes) {
      throw new IllegalArgumentException(
          "images in a buffer of "
              + images.capacity()
              + " bytes, expected a direct one of "
              + bytes);
    }
    OrtEnvironment environment = OrtSessions.environment();
    try (OnnxTensor input =
            OnnxTensor.createTensor(
                environment,
                images.slice(0, bytes).order(ByteOrder.nativeOrder()),
                shape,
                pixels.bits() == 8 ? OnnxJavaType.UINT8 : OnnxJavaType.FLOAT);
        OnnxTensor masks = OnnxTensor.createTensor(environment, seeds);
        OrtSession.Result result =
            runs.run(
                request.batch(),
                control ->
                    session.run(
                        request.head().passes() == 1
                            ? Map.of(ScoringGraph.INPUT, input)
                            : Map.of(ScoringGraph.INPUT, input, ScoringGraph.SEEDS, masks),
                        Set.of(),
                        outputs,
                        control))) {
      if (result.size() != outputs.size()) {
        throw new IllegalStateException("a run gave " + result.size() + " outputs");
      }
    } catch (OrtException e) {
      throw RuntimeMessages.exception(
          "the model failed on a batch of " + request.batch() + " images of " + size,
          e,
          "; a smaller --batch or --size needs less memory");
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    outputs.values().forEach(OnnxTensor::close);
    try {
      session.close();
    } catch (OrtException e) {
      throw new InferenceException("the network cannot be closed: " + e.getMessage(), e);
    }
  }
}
