package dev.flipside.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.api.access.ConcurrencyLimit.Kind;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ConcurrencyLimitTest {
  private final ConcurrencyLimit slots = new ConcurrencyLimit(4, 2, 2);

  private ConcurrencyLimit.Slot take(Kind kind, String client) {
    return Objects.requireNonNull(slots.take(kind, client));
  }

  @Test
  void take_oneClient_getsHalf() {
    ConcurrencyLimit.Slot first = take(Kind.WORK, "a");
    take(Kind.WORK, "a");
    assertThat(slots.take(Kind.WORK, "a")).isNull();
    take(Kind.WORK, "b");
    take(Kind.WORK, "b");
    assertThat(slots.take(Kind.WORK, "c")).isNull();

    first.leave();
    first.leave();

    take(Kind.WORK, "c");
    assertThat(slots.take(Kind.WORK, "c")).isNull();
  }

  @Test
  void move_toAnotherKind_countsThere() {
    ConcurrencyLimit.Slot upload = take(Kind.UPLOAD, "a");
    assertThat(slots.take(Kind.UPLOAD, "a")).isNull();

    upload.received();

    take(Kind.UPLOAD, "a");
    assertThat(upload.move(Kind.WAIT)).isTrue();
    ConcurrencyLimit.Slot second = take(Kind.WORK, "a");
    assertThat(second.move(Kind.WAIT)).isFalse();
    upload.leave();
    assertThat(second.move(Kind.WAIT)).isTrue();
    assertThat(upload.move(Kind.WAIT)).isFalse();
  }
}
