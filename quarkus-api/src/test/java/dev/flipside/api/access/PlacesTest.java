package dev.flipside.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.api.access.Places.Kind;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PlacesTest {
  private final Places places = new Places(4, 2, 2);

  private Places.Place take(Kind kind, String client) {
    return Objects.requireNonNull(places.take(kind, client));
  }

  @Test
  void take_oneClient_getsHalf() {
    Places.Place first = take(Kind.WORK, "a");
    take(Kind.WORK, "a");
    assertThat(places.take(Kind.WORK, "a")).isNull();
    take(Kind.WORK, "b");
    take(Kind.WORK, "b");
    assertThat(places.take(Kind.WORK, "c")).isNull();

    first.leave();
    first.leave();

    take(Kind.WORK, "c");
    assertThat(places.take(Kind.WORK, "c")).isNull();
  }

  @Test
  void move_toAnotherKind_countsThere() {
    Places.Place upload = take(Kind.UPLOAD, "a");
    assertThat(places.take(Kind.UPLOAD, "a")).isNull();

    upload.received();

    take(Kind.UPLOAD, "a");
    assertThat(upload.move(Kind.WAIT)).isTrue();
    Places.Place second = take(Kind.WORK, "a");
    assertThat(second.move(Kind.WAIT)).isFalse();
    upload.leave();
    assertThat(second.move(Kind.WAIT)).isTrue();
    assertThat(upload.move(Kind.WAIT)).isFalse();
  }
}
