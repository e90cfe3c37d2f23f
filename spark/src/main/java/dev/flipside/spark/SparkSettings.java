package dev.flipside.spark;

import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.image.ImageSource;
import dev.flipside.scorer.inference.ExecutionProvider;
import dev.flipside.scorer.inference.Precision;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.scorer.pipeline.Tiling;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a scoring run as text, so that the driver and every executor build the same {@link
 * ScoringOptions}.
 *
 * @param values values by name; the names are those of the options of {@code flipside score}:
 *     {@code grid} or {@code region}, {@code acquisition}, {@code passes}, {@code seed}, {@code
 *     size}, {@code tile}, {@code overlap}, {@code class-weights}, {@code batch}, {@code
 *     decode-threads}, {@code threads}, {@code provider}, {@code device}, {@code precision}. All
 *     but the grid have the defaults of that command, except {@code size}, which is that of each
 *     image, and {@code threads}, which is the number of cores of a task.
 */
public record SparkSettings(SortedMap<String, String> values) implements Serializable {
  private static final List<String> NAMES =
      List.of(
          "grid",
          "region",
          "acquisition",
          "passes",
          "seed",
          "size",
          "tile",
          "overlap",
          "class-weights",
          "batch",
          "decode-threads",
          "threads",
          "provider",
          "device",
          "precision");

  /**
   * @throws IllegalArgumentException if a name is unknown, a value cannot be read, or there is not
   *     exactly one of {@code grid} and {@code region}
   */
  public SparkSettings {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    TreeSet<String> unknown = new TreeSet<>(values.keySet());
    NAMES.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "settings " + unknown + ": expected some of " + String.join(", ", NAMES));
    }
    options(values, ImageSource.FILES, 1, null);
  }

  /** Creates settings; see {@link SparkSettings}. */
  public static SparkSettings of(Map<String, String> values) {
    return new SparkSettings(new TreeMap<>(values));
  }

  /**
   * Returns the options for a scorer.
   *
   * @param images source of the images
   * @param cores cores that a task has
   * @param gpu index of the GPU that a task has, or null for none
   */
  public ScoringOptions options(ImageSource images, int cores, @Nullable String gpu) {
    return options(values, images, cores, gpu);
  }

  private static ScoringOptions options(
      Map<String, String> values, ImageSource images, int cores, @Nullable String gpu) {
    return ScoringOptions.builder(
            grid(values),
            Acquisition.parse(
                values.getOrDefault("acquisition", "flip-entropy"),
                integer(values, "passes", 10),
                number(values, "seed", 0)))
        .resize(size(values, "size"))
        .tiling(tiling(values))
        .batch(integer(values, "batch", 1))
        .decodeThreads(integer(values, "decode-threads", 2))
        .session(session(values, cores, gpu))
        .images(images)
        .classWeights(weights(values))
        .build();
  }

  private static GridSpec grid(Map<String, String> values) {
    String counts = values.get("grid");
    String region = values.get("region");
    if (counts != null && region == null) {
      return GridSpec.parseCounts(counts);
    }
    if (region != null && counts == null) {
      return GridSpec.parseRegionSize(region);
    }
    throw new IllegalArgumentException("expected exactly one of the settings grid and region");
  }

  private static SessionOptions session(
      Map<String, String> values, int cores, @Nullable String gpu) {
    ExecutionProvider provider = ExecutionProvider.parse(values.getOrDefault("provider", "auto"));
    String device = values.getOrDefault("device", "auto");
    boolean assigned = gpu != null && device.equals("auto") && provider != ExecutionProvider.CPU;
    return SessionOptions.of(provider, integer(values, "threads", cores))
        .with(Precision.parse(values.getOrDefault("precision", "fp32")))
        .on(assigned ? "cuda:" + gpu : device);
  }

  private static @Nullable Tiling tiling(Map<String, String> values) {
    ImageSize tile = size(values, "tile");
    if (tile == null) {
      if (values.containsKey("overlap")) {
        throw new IllegalArgumentException("the setting overlap needs the setting tile");
      }
      return null;
    }
    return new Tiling(tile, integer(values, "overlap", Math.min(tile.height(), tile.width()) / 8));
  }

  private static @Nullable ImageSize size(Map<String, String> values, String name) {
    String text = values.get(name);
    return text == null ? null : ImageSize.parse(text);
  }

  private static List<Float> weights(Map<String, String> values) {
    String text = values.get("class-weights");
    try {
      return text == null ? List.of() : Arrays.stream(text.split(",")).map(Float::valueOf).toList();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "class-weights \"" + text + "\": expected numbers, separated by commas", e);
    }
  }

  private static int integer(Map<String, String> values, String name, int otherwise) {
    long value = number(values, name, otherwise);
    if (value != (int) value) {
      throw new IllegalArgumentException(name + " " + value + ": too large");
    }
    return (int) value;
  }

  private static long number(Map<String, String> values, String name, long otherwise) {
    String text = values.get(name);
    try {
      return text == null ? otherwise : Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " \"" + text + "\": expected an integer", e);
    }
  }
}
