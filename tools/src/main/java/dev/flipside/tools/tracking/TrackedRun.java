package dev.flipside.tools.tracking;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training or arm as its trackers are told of it. A tracker that fails never ends the work: it is
 * reported once, and what it has missed is passed on as soon as it works again.
 */
public final class TrackedRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrackedRun.class);

  /** A server that does not answer must not hold up every epoch. */
  private static final long PAUSE = 30_000;

  private final List<Link> links = new ArrayList<>();
  private final Clock clock;
  private boolean started;
  private boolean finished;

  TrackedRun(Map<String, Tracker> trackers, Map<String, String> parameters, Clock clock) {
    this.clock = clock;
    trackers.forEach((name, tracker) -> links.add(new Link(name, tracker, parameters)));
  }

  /** Begins the run; work that is refused before this leaves no trace. */
  public void start() {
    if (!started) {
      started = true;
      links.forEach(each -> each.flush(false));
    }
  }

  /**
   * Passes on numbers; those that are not finite are left out.
   *
   * @param step epoch, or number of labelled regions
   */
  public void log(long step, Map<String, Double> values) {
    Map<String, Double> known = new TreeMap<>(values);
    known.values().removeIf(each -> !Double.isFinite(each));
    Tracker.Metrics metrics = new Tracker.Metrics(step, clock.millis(), known);
    start();
    for (Link each : links) {
      each.waiting.add(metrics);
      each.flush(false);
    }
  }

  /** Notes that the work ended as planned; without this, it counts as failed. */
  public void finished() {
    finished = true;
  }

  /** Passes on what waits, and how the work ended. */
  @Override
  public void close() {
    if (started) {
      links.forEach(Link::end);
    }
  }

  /** One tracker. */
  private final class Link {
    private final String name;
    private final Tracker tracker;
    private final Map<String, String> parameters;
    private final Queue<Tracker.Metrics> waiting = new ArrayDeque<>();
    private boolean begun;
    private boolean reported;
    private long retryAt = Long.MIN_VALUE;

    Link(String name, Tracker tracker, Map<String, String> parameters) {
      this.name = name;
      this.tracker = tracker;
      this.parameters = Map.copyOf(parameters);
    }

    boolean flush(boolean now) {
      if (!now && clock.millis() < retryAt) {
        return false;
      }
      try {
        if (!begun) {
          tracker.begin(parameters);
          begun = true;
        }
        while (!waiting.isEmpty()) {
          pass(waiting.element());
          waiting.remove();
        }
        return true;
      } catch (IOException | FlipsideException e) {
        failed(e);
        return false;
      }
    }

    /** What is refused for good must not hold up what follows. */
    private void pass(Tracker.Metrics metrics) throws IOException {
      try {
        tracker.log(metrics);
      } catch (Tracker.RefusedException e) {
        report(e);
      }
    }

    void end() {
      if (!flush(true)) {
        LOG.warn("{}: {} steps were not passed on", name, waiting.size());
        return;
      }
      try {
        tracker.end(finished);
      } catch (IOException | FlipsideException e) {
        failed(e);
      }
    }

    private void failed(Exception failure) {
      retryAt = clock.millis() + PAUSE;
      report(failure);
    }

    private void report(Exception failure) {
      if (!reported) {
        reported = true;
        LOG.warn("{} cannot be told of this run, which goes on: {}", name, failure.toString());
      }
    }
  }
}
