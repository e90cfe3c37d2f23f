package dev.flipside.scorer.inference;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.scoring.ScoringGraph;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The sessions of one device, one for each image size, since a graph with fixed shapes runs faster.
 * The few sizes used last stay open. Not safe for use by several threads.
 */
public final class ScoringSessions implements AutoCloseable {
  private static final int MOST_OPEN = 3;

  private final Function<ImageSize, ScoringGraph> graphs;
  private final SessionOptions options;
  private final int device;
  private final Map<ImageSize, ScoringSession> open = new LinkedHashMap<>(4, 0.75f, true);

  /**
   * No session is opened yet.
   *
   * @param graphs makes the graph for images of a size
   * @param device index of the GPU, 0 on the processor
   */
  public ScoringSessions(
      Function<ImageSize, ScoringGraph> graphs, SessionOptions options, int device) {
    this.graphs = graphs;
    this.options = options;
    this.device = device;
  }

  /**
   * The session for images of a size; it stays this object's, which may close it at the next call.
   *
   * @throws dev.flipside.models.domain.FlipsideException if the graph cannot be made or loaded
   */
  @SuppressWarnings("MustBeClosedChecker") // kept in the map, closed from there
  public ScoringSession forImages(ImageSize size) {
    ScoringSession session = open.get(size);
    if (session == null) {
      if (open.size() == MOST_OPEN) {
        ImageSize eldest = open.keySet().iterator().next();
        ScoringSession least = open.remove(eldest);
        if (least != null) {
          least.close();
        }
      }
      session = ScoringSession.open(graphs.apply(size), options, device);
      open.put(size, session);
    }
    return session;
  }

  @Override
  public void close() {
    open.values().forEach(ScoringSession::close);
    open.clear();
  }
}
