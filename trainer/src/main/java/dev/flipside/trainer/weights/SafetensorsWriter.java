package dev.flipside.trainer.weights;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * Writes float32 tensors as a safetensors file: to a temporary file beside it, flushed to the disk,
 * then moved into place, so that there is always a whole file. The header carries a checksum of the
 * data under {@code crc32c}.
 */
public final class SafetensorsWriter {
  /** Metadata key of the checksum of the data, in hexadecimal. */
  public static final String CHECKSUM = "crc32c";

  private SafetensorsWriter() {}

  /**
   * A tensor to write.
   *
   * @param name its name, unique in the file
   * @param shape lengths of its axes
   * @param values gives its elements, row-major; asked twice, and must answer the same
   */
  public record Tensor(String name, List<Long> shape, Supplier<float[]> values) {}

  /**
   * Writes a file.
   *
   * @param metadata free text by key
   * @throws FlipsideException if it cannot be written; an earlier file is then as it was
   */
  public static void write(Path file, Map<String, String> metadata, List<Tensor> tensors) {
    AtomicFile.write(
        file,
        channel -> {
          byte[] header = header(metadata, tensors);
          ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          AtomicFile.writeAll(channel, length.putLong(header.length).flip());
          AtomicFile.writeAll(channel, ByteBuffer.wrap(header));
          for (Tensor tensor : tensors) {
            AtomicFile.writeAll(channel, bytes(tensor));
          }
        });
  }

  private static byte[] header(Map<String, String> metadata, List<Tensor> tensors)
      throws IOException {
    ObjectNode header = new ObjectMapper().createObjectNode();
    ObjectNode text = header.putObject("__metadata__");
    metadata.forEach(text::put);
    CRC32C checksum = new CRC32C();
    long offset = 0;
    for (Tensor tensor : tensors) {
      ByteBuffer bytes = bytes(tensor);
      ObjectNode node = header.putObject(tensor.name()).put("dtype", "F32");
      tensor.shape().forEach(node.putArray("shape")::add);
      node.putArray("data_offsets").add(offset).add(offset + bytes.remaining());
      offset += bytes.remaining();
      checksum.update(bytes);
    }
    text.put(CHECKSUM, Long.toHexString(checksum.getValue()));
    byte[] json = new ObjectMapper().writeValueAsBytes(header);
    // The data begin at a multiple of eight; spaces after the JSON belong to the format.
    byte[] padded = new byte[(json.length + 7) / 8 * 8];
    System.arraycopy(json, 0, padded, 0, json.length);
    byte[] spaces = " ".repeat(padded.length - json.length).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(spaces, 0, padded, json.length, spaces.length);
    return padded;
  }

  private static ByteBuffer bytes(Tensor tensor) {
    float[] values = tensor.values().get();
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }
}
