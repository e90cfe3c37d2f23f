package dev.flipside.scorer.inference;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.scoring.ScoringGraph;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The sessions of a device, one per image size, since graphs with fixed shapes run faster. The most
 * recently used ones are kept open. Not thread-safe.
 */
public final class ScoringSessions implements AutoCloseable {
  private static final int MOST_OPEN = 3;

  private final Function<ImageSize, ScoringGraph> graphs;
  private final SessionOptions options;
  private final int device;
  private final Map<ImageSize, ScoringSession> open = new LinkedHashMap<>(4, 0.75f, true);

  /**
   * Creates an empty set of sessions.
   *
   * @param graphs builds the graph for an image size
   * @param device index of the GPU, 0 on the CPU
   */
  public ScoringSessions(
      Function<ImageSize, ScoringGraph> graphs, SessionOptions options, int device) {
    this.graphs = graphs;
    this.options = options;
    this.device = device;
  }

  /**
   * Returns the session for an image size. This object keeps ownership, and may close it at the
   * next call.
   *
   * @throws dev.flipside.models.domain.FlipsideException if the graph cannot be built or loaded
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
