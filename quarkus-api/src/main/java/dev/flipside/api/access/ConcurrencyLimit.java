package dev.flipside.api.access;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the requests in progress, by what they do and by client. A client gets no more than half
 * of the slots of a kind, so that one slow client does not lock out the others.
 */
final class ConcurrencyLimit {
  /** What a request does. */
  enum Kind {
    /** It is worked on. */
    WORK,
    /** Its body arrives. */
    UPLOAD,
    /** It waits for a job, or streams its progress. */
    WAIT
  }

  private final Map<Kind, Integer> most;

  @GuardedBy("this")
  private final Map<Kind, Map<String, Integer>> taken = new EnumMap<>(Kind.class);

  /**
   * @param work slots of requests that are worked on
   * @param uploads slots of requests whose body arrives
   * @param waiting slots of requests that wait
   */
  ConcurrencyLimit(int work, int uploads, int waiting) {
    this.most = new EnumMap<>(Map.of(Kind.WORK, work, Kind.UPLOAD, uploads, Kind.WAIT, waiting));
    for (Kind kind : Kind.values()) {
      taken.put(kind, new HashMap<>());
    }
  }

  /** Takes a slot for a client, null if none is free. */
  @Nullable Slot take(Kind kind, String client) {
    return enter(kind, client) ? new Slot(kind, client) : null;
  }

  private synchronized boolean enter(Kind kind, String client) {
    Map<String, Integer> clients = clients(kind);
    int limit = most.getOrDefault(kind, 0);
    int total = clients.values().stream().mapToInt(Integer::intValue).sum();
    int own = clients.getOrDefault(client, 0);
    if (total >= limit || own >= (limit + 1) / 2) {
      return false;
    }
    clients.put(client, own + 1);
    return true;
  }

  private synchronized void enterUnchecked(Kind kind, String client) {
    clients(kind).merge(client, 1, Integer::sum);
  }

  private synchronized void leave(Kind kind, String client) {
    clients(kind).computeIfPresent(client, (name, count) -> count == 1 ? null : count - 1);
  }

  @GuardedBy("this")
  private Map<String, Integer> clients(Kind kind) {
    return taken.computeIfAbsent(kind, each -> new HashMap<>());
  }

  /** The slot of a request. Thread-safe. */
  final class Slot {
    private final String client;

    @GuardedBy("this")
    private @Nullable Kind kind;

    private Slot(Kind kind, String client) {
      this.kind = kind;
      this.client = client;
    }

    /** Counts the request as another kind. Returns false, without effect, if no slot is free. */
    synchronized boolean move(Kind to) {
      Kind from = kind;
      if (from == null || from == to) {
        return from == to;
      }
      if (!enter(to, client)) {
        return false;
      }
      ConcurrencyLimit.this.leave(from, client);
      kind = to;
      return true;
    }

    /** Counts a request whose body has arrived as worked on. */
    synchronized void received() {
      if (kind == Kind.UPLOAD) {
        ConcurrencyLimit.this.leave(Kind.UPLOAD, client);
        enterUnchecked(Kind.WORK, client);
        kind = Kind.WORK;
      }
    }

    /** Gives the slot back. Idempotent. */
    synchronized void leave() {
      if (kind != null) {
        ConcurrencyLimit.this.leave(kind, client);
        kind = null;
      }
    }
  }
}
