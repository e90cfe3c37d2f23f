package dev.flipside.api.soak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which labels the service has confirmed, and which it may have kept without saying so. */
final class Confirmations {
  private final Map<String, byte[]> confirmed = new HashMap<>();
  private final Map<String, List<byte[]>> unanswered = new HashMap<>();

  /**
   * Notes what came of one label.
   *
   * @param ids its class ids
   * @param status of the answer, 0 if the service was gone before it answered
   * @throws IllegalStateException if a region is confirmed twice, or the service failed
   */
  synchronized void note(String region, byte[] ids, int status) {
    if (status == 200) {
      if (confirmed.put(region, ids) != null) {
        throw new IllegalStateException(region + ": two labels were confirmed");
      }
    } else if (status == 0 || status == 503) {
      unanswered.computeIfAbsent(region, each -> new ArrayList<>()).add(ids);
    } else if (status != 409) {
      throw new IllegalStateException(region + ": a label was answered with " + status);
    }
  }

  /** How many regions are confirmed. */
  synchronized int size() {
    return confirmed.size();
  }

  /** Whether a region may hold these ids: the confirmed ones, or else some that got no answer. */
  synchronized boolean allows(String region, byte[] ids) {
    byte[] expected = confirmed.get(region);
    if (expected != null) {
      return Arrays.equals(expected, ids);
    }
    return unanswered.getOrDefault(region, List.of()).stream()
        .anyMatch(each -> Arrays.equals(each, ids));
  }
}
