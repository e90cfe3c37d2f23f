package dev.flipside.trainer.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A {@code .safetensors} file: eight bytes of header length, a JSON header that names types, shapes
 * and byte ranges, then the data. Everything in the header is checked against the file before
 * anything is read.
 */
public final class SafetensorsFile implements WeightsFile {
  private static final int LENGTH_BYTES = 8;
  private static final long LARGEST_HEADER = 100_000_000;
  private static final Map<String, ElementType> TYPES =
      Map.of(
          "F64", ElementType.FLOAT64,
          "F32", ElementType.FLOAT32,
          "F16", ElementType.FLOAT16,
          "BF16", ElementType.BFLOAT16,
          "I64", ElementType.INT64,
          "I32", ElementType.INT32,
          "I16", ElementType.INT16,
          "I8", ElementType.INT8,
          "U8", ElementType.UINT8,
          "BOOL", ElementType.BOOL);

  private final Path path;
  private final FileChannel channel;
  private final Map<StoredTensor, Long> offsets;
  private final SortedMap<String, String> metadata;

  private SafetensorsFile(
      Path path,
      FileChannel channel,
      Map<StoredTensor, Long> offsets,
      SortedMap<String, String> metadata) {
    this.path = path;
    this.channel = channel;
    this.offsets = offsets;
    this.metadata = metadata;
  }

  /**
   * Opens and checks a file.
   *
   * @throws FlipsideException if it is damaged or no such file
   */
  public static SafetensorsFile open(Path path) {
    try {
      return FileParsing.parse(
          () -> FileChannel.open(path, StandardOpenOption.READ), channel -> parse(path, channel));
    } catch (IOException e) {
      throw new FlipsideException(path + ": cannot be read (" + e + ")", e);
    }
  }

  private static SafetensorsFile parse(Path path, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < LENGTH_BYTES) {
      throw damaged(path, "is " + size + " bytes long, too short for a header");
    }
    long length = readAt(path, channel, 0, LENGTH_BYTES).getLong();
    if (length < 2 || length > LARGEST_HEADER || length > size - LENGTH_BYTES) {
      throw damaged(
          path,
          "says that its header is "
              + Long.toUnsignedString(length)
              + " bytes long, in a file of "
              + size);
    }
    byte[] json = readAt(path, channel, LENGTH_BYTES, (int) length).array();
    JsonNode header = header(path, json);
    SortedMap<String, String> metadata = new TreeMap<>();
    Map<StoredTensor, Long> offsets = new LinkedHashMap<>();
    List<long[]> ranges = new ArrayList<>();
    long start = LENGTH_BYTES + length;
    for (Map.Entry<String, JsonNode> each : header.properties()) {
      if (each.getKey().equals("__metadata__")) {
        each.getValue().properties().forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
      } else {
        StoredTensor tensor = tensor(path, each.getKey(), each.getValue());
        long[] range = range(path, tensor, each.getValue(), size - start);
        ranges.add(range);
        offsets.put(tensor, start + range[0]);
      }
    }
    requireNoOverlap(path, ranges, size - start);
    return new SafetensorsFile(path, channel, offsets, metadata);
  }

  private static JsonNode header(Path path, byte[] json) throws IOException {
    try {
      JsonNode header =
          JsonMapper.builder()
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .build()
              .readTree(json);
      if (header == null || !header.isObject()) {
        throw damaged(path, "has a header that is not a JSON object");
      }
      return header;
    } catch (JsonProcessingException e) {
      throw damaged(path, "has a header that is not JSON (" + e.getOriginalMessage() + ")");
    }
  }

  private static StoredTensor tensor(Path path, String name, JsonNode node) {
    ElementType type = TYPES.get(node.path("dtype").asText());
    if (type == null) {
      throw damaged(
          path,
          "tensor "
              + name
              + " has type "
              + node.path("dtype")
              + ", expected one of "
              + TYPES.keySet().stream().sorted().toList());
    }
    if (!node.path("shape").isArray()) {
      throw damaged(path, "tensor " + name + " has no shape");
    }
    List<Long> shape = new ArrayList<>();
    for (JsonNode axis : node.path("shape")) {
      if (!axis.isIntegralNumber() || !axis.canConvertToInt() || axis.asInt() < 0) {
        throw damaged(path, "tensor " + name + " has an axis of length " + axis);
      }
      shape.add(axis.asLong());
    }
    return new StoredTensor(name, type, shape);
  }

  private static long[] range(Path path, StoredTensor tensor, JsonNode node, long available) {
    JsonNode range = node.path("data_offsets");
    if (range.size() != 2 || !range.get(0).canConvertToLong() || !range.get(1).canConvertToLong()) {
      throw damaged(path, "tensor " + tensor.name() + " has no range of two offsets");
    }
    long begin = range.get(0).asLong();
    long end = range.get(1).asLong();
    long expected;
    try {
      expected = Math.multiplyExact(tensor.elements(), tensor.type().bytes());
    } catch (ArithmeticException e) {
      throw damaged(path, "tensor " + tensor.name() + " has a shape of " + tensor.shape());
    }
    if (begin < 0 || end < begin || end - begin != expected || expected > Integer.MAX_VALUE - 8) {
      throw damaged(
          path,
          "tensor "
              + tensor.name()
              + " of shape "
              + tensor.shape()
              + " lies at "
              + begin
              + " to "
              + end
              + ", expected "
              + expected
              + " bytes");
    }
    if (end > available) {
      throw damaged(
          path,
          "ends after "
              + available
              + " bytes of data, tensor "
              + tensor.name()
              + " lies at "
              + begin
              + " to "
              + end);
    }
    return new long[] {begin, end};
  }

  private static void requireNoOverlap(Path path, List<long[]> ranges, long available) {
    List<long[]> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.<long[]>comparingLong(each -> each[0]).thenComparing(each -> each[1]));
    long reached = 0;
    for (long[] each : sorted) {
      if (each[0] != reached) {
        throw damaged(
            path, "has tensors that overlap or leave a gap at byte " + reached + " of the data");
      }
      reached = each[1];
    }
    if (reached != available) {
      throw damaged(path, "has " + available + " bytes of data, its tensors take " + reached);
    }
  }

  private static FlipsideException damaged(Path path, String how) {
    return new FlipsideException(
        path + ": not a whole safetensors file: it " + how + "; fetch or write it again");
  }

  private static ByteBuffer readAt(Path path, FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw damaged(path, "ends at byte " + (position + bytes.position()));
      }
    }
    return bytes.flip();
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public List<StoredTensor> tensors() {
    return List.copyOf(offsets.keySet());
  }

  /** The free text of the header, by key. */
  public SortedMap<String, String> metadata() {
    return Collections.unmodifiableSortedMap(metadata);
  }

  /**
   * Compares the data with the checksum in the header.
   *
   * @throws FlipsideException if they differ, or there is none
   */
  public void requireChecksum() {
    String expected = metadata.get(SafetensorsWriter.CHECKSUM);
    CRC32C checksum = new CRC32C();
    try {
      for (Map.Entry<StoredTensor, Long> each : offsets.entrySet()) {
        int length = (int) (each.getKey().elements() * each.getKey().type().bytes());
        checksum.update(readAt(path, channel, each.getValue(), length));
      }
    } catch (IOException e) {
      throw new FlipsideException(path + ": cannot be read (" + e + ")", e);
    }
    String found = Long.toHexString(checksum.getValue());
    if (!found.equals(expected)) {
      throw damaged(path, "has data of checksum " + found + ", its header says " + expected);
    }
  }

  @Override
  public float[] read(StoredTensor tensor) {
    Long offset = offsets.get(tensor);
    if (offset == null) {
      throw new IllegalArgumentException(path + " has no tensor " + tensor);
    }
    try {
      int length = Math.toIntExact(tensor.elements() * tensor.type().bytes());
      return tensor.type().readAll(readAt(path, channel, offset, length));
    } catch (IOException e) {
      throw new FlipsideException(path + ": cannot be read (" + e + ")", e);
    }
  }

  @Override
  public void close() {
    FileParsing.closeQuietly(channel);
  }
}
