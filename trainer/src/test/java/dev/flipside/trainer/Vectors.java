package dev.flipside.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of golden vectors: expected.json and the raw little-endian arrays it names. They are
 * those of the folder {@code -Dflipside.vectors} where it has them, else the bundled ones.
 */
public final class Vectors {
  private final Path folder;
  private final JsonNode expected;

  private Vectors(Path folder, JsonNode expected) {
    this.folder = folder;
    this.expected = expected;
  }

  /** Returns the names of the folders in a folder that hold vectors, ascending. */
  public static List<String> sets(String name) {
    try (Stream<Path> folders = Files.list(folder(name))) {
      return folders
          .filter(each -> Files.exists(each.resolve("expected.json")))
          .map(each -> name + "/" + each.getFileName())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder(String name) {
    Path given = Path.of(System.getProperty("flipside.vectors", "")).resolve(name);
    boolean exists = !System.getProperty("flipside.vectors", "").isBlank();
    return exists && Files.isDirectory(given)
        ? given
        : Path.of("src/test/resources/vectors").resolve(name);
  }

  public static Vectors of(String name) {
    Path folder = folder(name);
    try {
      return new Vectors(
          folder, new ObjectMapper().readTree(folder.resolve("expected.json").toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same description, its arrays in a folder below. */
  public Vectors in(String name) {
    return new Vectors(folder.resolve(name), expected);
  }

  public JsonNode expected() {
    return expected;
  }

  public Path file(String name) {
    return folder.resolve(name);
  }

  /** The float32 or float64 array that a node describes. */
  public double[] numbers(JsonNode node) {
    ByteBuffer bytes = bytes(node);
    boolean single = node.path("dtype").asText().startsWith("float32");
    double[] values = new double[bytes.remaining() / (single ? 4 : 8)];
    for (int i = 0; i < values.length; i++) {
      values[i] = single ? bytes.getFloat(4 * i) : bytes.getDouble(8 * i);
    }
    return values;
  }

  public float[] floats(JsonNode node) {
    double[] numbers = numbers(node);
    float[] values = new float[numbers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) numbers[i];
    }
    return values;
  }

  public ByteBuffer bytes(JsonNode node) {
    try {
      return ByteBuffer.wrap(Files.readAllBytes(folder.resolve(node.path("file").asText())))
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static long[] shape(JsonNode node) {
    long[] shape = new long[node.path("shape").size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = node.path("shape").get(i).asLong();
    }
    return shape;
  }

  /** The largest absolute difference of two arrays of one length. */
  public static double largestDifference(float[] actual, double[] expected) {
    if (actual.length != expected.length) {
      throw new AssertionError(actual.length + " values, expected " + expected.length);
    }
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      double difference = Math.abs(actual[i] - expected[i]);
      if (!(difference <= largest)) {
        largest = difference;
      }
    }
    return largest;
  }
}
