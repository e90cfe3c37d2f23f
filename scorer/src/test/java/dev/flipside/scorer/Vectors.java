package dev.flipside.scorer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Reference values: small ones among the test resources, all of them in a folder that may exist.
 */
public final class Vectors {
  private Vectors() {}

  /** The folder of a set; the test is skipped where it is neither bundled nor at hand. */
  public static Path folder(String set) {
    URL bundled = Vectors.class.getResource("/vectors/" + set);
    if (bundled != null) {
      try {
        return Path.of(bundled.toURI());
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
    String property = System.getProperty("flipside.vectors", "");
    assumeTrue(
        !property.isBlank() && Files.isDirectory(Path.of(property, set)),
        "skipped: needs the reference values " + set + ", give their folder as -Dflipside.vectors");
    return Path.of(property, set);
  }

  /**
   * The names of the sets in a folder that have a file, bundled or at hand, ascending.
   *
   * @param file name of a file that a set must have
   */
  public static List<String> sets(String folder, String file) throws IOException {
    Set<String> names = new TreeSet<>();
    List<Path> roots = new ArrayList<>(List.of(Path.of("src/test/resources/vectors", folder)));
    String property = System.getProperty("flipside.vectors", "");
    if (!property.isBlank()) {
      roots.add(Path.of(property, folder));
    }
    for (Path root : roots) {
      if (Files.isDirectory(root)) {
        try (Stream<Path> sets = Files.list(root)) {
          sets.filter(each -> Files.exists(each.resolve(file)))
              .forEach(each -> names.add(each.getFileName().toString()));
        }
      }
    }
    return List.copyOf(names);
  }

  /** The expected values of a set. */
  public static JsonNode expected(Path folder) throws IOException {
    return new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
  }

  /** Little-endian float32 values. */
  public static float[] floats(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }
}
