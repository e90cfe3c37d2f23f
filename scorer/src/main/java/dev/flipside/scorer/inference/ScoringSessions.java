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
  private final Function<ScoringGraph, ScoringSession> opening;
  private final Map<ImageSize, ScoringSession> open = new LinkedHashMap<>(4, 0.75f, true);

  /**
   * Creates an empty set of sessions on the first of the selected devices.
   *
   * @param graphs builds the graph for an image size
   */
  @SuppressWarnings("MustBeClosedChecker") // kept in the map, closed from there
  public ScoringSessions(Function<ImageSize, ScoringGraph> graphs, SessionOptions options) {
    this(graphs, graph -> ScoringSession.open(graph, options));
  }

  /**
   * Creates an empty set of sessions.
   *
   * @param graphs builds the graph for an image size
   * @param device index of the GPU, 0 on the CPU
   */
  @SuppressWarnings("MustBeClosedChecker") // kept in the map, closed from there
  public ScoringSessions(
      Function<ImageSize, ScoringGraph> graphs, SessionOptions options, int device) {
    this(graphs, graph -> ScoringSession.open(graph, options, device));
  }

  private ScoringSessions(
      Function<ImageSize, ScoringGraph> graphs, Function<ScoringGraph, ScoringSession> opening) {
    this.graphs = graphs;
    this.opening = opening;
  }

  /**
   * Returns the session for an image size. This object keeps ownership, and may close it at the
   * next call.
   *
   * @throws dev.flipside.models.domain.FlipsideException if the graph cannot be built or loaded
   */
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
      session = opening.apply(graphs.apply(size));
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
