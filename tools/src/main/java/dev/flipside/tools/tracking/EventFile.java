package dev.flipside.tools.tracking;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A TensorBoard event file: TFRecords of {@code Event} messages with scalars. Each record is its
 * length (uint64), the masked CRC32C of the length, the message, and the masked CRC32C of the
 * message, little-endian (TensorFlow, {@code record_writer.h} and {@code event.proto}).
 */
final class EventFile implements Tracker {
  private static final int CRC_MASK = 0xa282ead8;
  private static final int FOOTER = Integer.BYTES;
  private static final int HEADER = Long.BYTES + Integer.BYTES;

  // Field numbers of event.proto and summary.proto.
  private static final int EVENT_WALL_TIME = 1;
  private static final int EVENT_STEP = 2;
  private static final int EVENT_FILE_VERSION = 3;
  private static final int EVENT_SUMMARY = 5;
  private static final int SUMMARY_VALUE = 1;
  private static final int VALUE_TAG = 1;
  private static final int VALUE_SIMPLE_VALUE = 2;

  private final Path folder;
  private final Clock clock;
  private @Nullable Path file;

  /**
   * @param folder folder of the run; a file is added to it
   */
  EventFile(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  @Override
  public void begin(Map<String, String> parameters) throws IOException {
    Files.createDirectories(folder);
    long seconds = clock.instant().getEpochSecond();
    for (int number = 0; file == null; number++) {
      // TensorBoard reads the files of a folder in the order of their names.
      Path next =
          folder.resolve(String.format("events.out.tfevents.%010d.flipside.%d", seconds, number));
      try {
        Files.createFile(next);
        file = next;
      } catch (FileAlreadyExistsException e) {
        // Another process began in the same second.
      }
    }
    write(event(clock.millis(), 0, out -> out.writeString(EVENT_FILE_VERSION, "brain.Event:2")));
  }

  @Override
  public void log(Metrics metrics) throws IOException {
    byte[] summary =
        message(
            out -> {
              for (Map.Entry<String, Double> each : new TreeMap<>(metrics.values()).entrySet()) {
                out.writeByteArray(
                    SUMMARY_VALUE,
                    message(
                        value -> {
                          value.writeString(VALUE_TAG, each.getKey());
                          value.writeFloat(VALUE_SIMPLE_VALUE, each.getValue().floatValue());
                        }));
              }
            });
    write(
        event(
            metrics.milliseconds(),
            metrics.step(),
            out -> out.writeByteArray(EVENT_SUMMARY, summary)));
  }

  @Override
  public void end(boolean finished) {
    // Every record is written whole when it comes.
  }

  private static byte[] event(long milliseconds, long step, Content content) throws IOException {
    return message(
        out -> {
          out.writeDouble(EVENT_WALL_TIME, milliseconds / 1000.0);
          out.writeInt64(EVENT_STEP, step);
          content.write(out);
        });
  }

  private void write(byte[] message) throws IOException {
    ByteBuffer record =
        ByteBuffer.allocate(HEADER + message.length + FOOTER).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(message.length);
    record.putInt(maskedCrc(record.array(), 0, Long.BYTES));
    record.put(message);
    record.putInt(maskedCrc(message, 0, message.length));
    if (file == null) {
      throw new IllegalStateException("the event file has not begun");
    }
    Files.write(file, record.array(), StandardOpenOption.APPEND);
  }

  private static int maskedCrc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
  }

  /** Writes fields of a message. */
  private interface Content {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    content.write(out);
    out.flush();
    return bytes.toByteArray();
  }
}
