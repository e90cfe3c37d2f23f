package dev.flipside.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FailureBackoffTest {
  private Instant now = Instant.EPOCH;
  private final FailureBackoff pauses = new FailureBackoff(() -> now);

  private void after(Duration time) {
    now = now.plus(time);
  }

  @Test
  void failed_againAndAgain_pausesLongerUpToAnHour() {
    for (int minutes : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
      pauses.failed("c");
      after(Duration.ofMinutes(minutes).minusSeconds(1));
      assertThat(pauses.areOver("c")).isFalse();
      assertThat(pauses.areOver("other")).isTrue();
      after(Duration.ofSeconds(1));
      assertThat(pauses.areOver("c")).isTrue();
    }
  }

  @Test
  void succeeded_afterFailures_beginsWithTheShortestPauseAgain() {
    pauses.failed("c");
    pauses.failed("c");
    pauses.succeeded("c");
    assertThat(pauses.areOver("c")).isTrue();
    pauses.failed("c");
    after(Duration.ofMinutes(1));
    assertThat(pauses.areOver("c")).isTrue();
  }
}
