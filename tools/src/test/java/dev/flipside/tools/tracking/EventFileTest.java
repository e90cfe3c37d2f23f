package dev.flipside.tools.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event files, read by a decoder that shares no code with the writer. */
class EventFileTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05.250Z"), ZoneOffset.UTC);

  @TempDir Path folder;

  @Test
  void log_scalars_areReadBackWithStepAndTime() throws IOException {
    EventFile file = new EventFile(folder.resolve("run"), CLOCK);
    file.begin(Map.of());
    file.log(new Tracker.Metrics(300, 1_700_000_000_500L, Map.of("loss/total", 0.25, "miou", 0.5)));
    file.log(new Tracker.Metrics(-1, 0, Map.of("miou", -1e-3)));
    file.end(true);

    List<Event> events = read(onlyFile("run"));

    assertThat(events).hasSize(3);
    assertThat(events.get(0).version).isEqualTo("brain.Event:2");
    assertThat(events.get(0).wallTime).isEqualTo(1767323045.25);
    assertThat(events.get(1).step).isEqualTo(300);
    assertThat(events.get(1).wallTime).isEqualTo(1_700_000_000.5);
    assertThat(events.get(1).scalars).containsExactly("loss/total=0.25", "miou=0.5");
    assertThat(events.get(2).step).isEqualTo(-1);
    assertThat(events.get(2).scalars).containsExactly("miou=-0.001");
  }

  @Test
  void begin_resumedInTheSameSecond_addsAnotherFile() throws IOException {
    new EventFile(folder.resolve("run"), CLOCK).begin(Map.of());
    new EventFile(folder.resolve("run"), CLOCK).begin(Map.of());

    try (Stream<Path> files = Files.list(folder.resolve("run"))) {
      assertThat(files.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "events.out.tfevents.1767323045.flipside.0",
              "events.out.tfevents.1767323045.flipside.1");
    }
  }

  @Test
  void crc_ofTheCheckString_isThatOfTheStandard() {
    // RFC 3720, B.4: 32 bytes of zeros; and the usual check string.
    assertThat(crc32c(new byte[32])).isEqualTo(0x8a9136aa);
    assertThat(crc32c("123456789".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0xe3069283);
  }

  private Path onlyFile(String run) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(run))) {
      return files.toList().get(0);
    }
  }

  private static final class Event {
    private double wallTime;
    private long step;
    private String version = "";
    private final List<String> scalars = new ArrayList<>();
  }

  /** Returns the scalars of a file as {@code step: tag=value}. */
  static List<String> scalars(Path file) throws IOException {
    return read(file).stream()
        .flatMap(event -> event.scalars.stream().map(each -> event.step + ": " + each))
        .toList();
  }

  private static List<Event> read(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = new byte[8];
      in.get(length);
      assertThat(in.getInt()).as("checksum of the length").isEqualTo(masked(crc32c(length)));
      byte[] data =
          new byte
              [Math.toIntExact(ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong())];
      in.get(data);
      assertThat(in.getInt()).as("checksum of the record").isEqualTo(masked(crc32c(data)));
      events.add(event(ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN)));
    }
    return events;
  }

  private static Event event(ByteBuffer in) {
    Event event = new Event();
    while (in.hasRemaining()) {
      switch ((int) varint(in)) {
        case 1 << 3 | 1 -> event.wallTime = in.getDouble();
        case 2 << 3 -> event.step = varint(in);
        case 3 << 3 | 2 -> event.version = text(bytes(in));
        case 5 << 3 | 2 -> summary(bytes(in), event.scalars);
        default -> throw new AssertionError("unknown field");
      }
    }
    return event;
  }

  private static void summary(ByteBuffer in, List<String> scalars) {
    while (in.hasRemaining()) {
      assertThat(varint(in)).isEqualTo(1 << 3 | 2);
      ByteBuffer value = bytes(in);
      assertThat(varint(value)).isEqualTo(1 << 3 | 2);
      String tag = text(bytes(value));
      assertThat(varint(value)).isEqualTo(2 << 3 | 5);
      scalars.add(tag + "=" + value.getFloat());
      assertThat(value.hasRemaining()).isFalse();
    }
  }

  private static ByteBuffer bytes(ByteBuffer in) {
    int length = (int) varint(in);
    ByteBuffer part = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + length);
    return part;
  }

  private static String text(ByteBuffer in) {
    return StandardCharsets.UTF_8.decode(in).toString();
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  /** CRC-32C bit by bit: reflected polynomial 0x82f63b78. */
  private static int crc32c(byte[] bytes) {
    int crc = -1;
    for (byte each : bytes) {
      crc ^= each & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x82f63b78;
      }
    }
    return ~crc;
  }

  private static int masked(int crc) {
    return (crc >>> 15 | crc << 17) + 0xa282ead8;
  }
}
