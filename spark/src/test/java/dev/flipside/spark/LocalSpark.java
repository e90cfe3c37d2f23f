package dev.flipside.spark;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageSource;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.inference.OrtModelRunner;
import dev.flipside.scorer.pipeline.PoolScorer;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.scores.ScoreLine;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.spark.sql.SparkSession;

/** Spark in this process with two cores, a small model, and pools of noise. */
public final class LocalSpark {
  /** Settings of the tests. */
  public static final SparkSettings SETTINGS =
      SparkSettings.of(Map.of("grid", "2x3", "batch", "2", "threads", "1"));

  /**
   * Names in the order of Java, by UTF-16 code units. By bytes of UTF-8 the last two change places.
   */
  public static final List<String> NAMES =
      List.of("a b%20c.png", "a.png", "b/a.png", "z.png", "\uD83D\uDE00.png", "\uFF5E.png");

  private LocalSpark() {}

  /**
   * The session of all tests; a new one if the last was closed. With Kryo, which many clusters are
   * set to and which reads fewer classes than Java's serialization.
   */
  public static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.warehouse.dir", "target/spark-warehouse")
        .config("spark.hadoop.fs.store.impl", LocalStore.class.getName())
        .getOrCreate();
  }

  /** File of a model with 8-bit images of any size in, and logits out. */
  public static Path modelFile() {
    try {
      return Path.of(
          Objects.requireNonNull(LocalSpark.class.getResource("/c_models/dynamic.onnx")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The model. */
  public static LoadedModel model() {
    return ModelSource.open(modelFile(), null, CardOverrides.NONE, new OrtModelRunner());
  }

  /** Writes images of noise in two sizes, the last two the same; {@code z.png} is damaged. */
  public static Path pool(Path folder) throws IOException {
    for (int index = 0; index < NAMES.size(); index++) {
      image(folder.resolve(NAMES.get(index)), 24 + index % 2 * 8, Math.min(index, 4));
    }
    Files.copy(
        folder.resolve(NAMES.get(4)),
        folder.resolve(NAMES.get(5)),
        StandardCopyOption.REPLACE_EXISTING);
    Files.write(folder.resolve("z.png"), new byte[] {1, 2, 3});
    return folder;
  }

  /** Writes an image of noise. */
  public static void image(Path file, int height, long seed) throws IOException {
    DecodedImage image = DecodedImage.black(new ImageSize(height, 40));
    Random random = new Random(seed);
    for (int at = 0; at < image.rgb().limit(); at++) {
      image.rgb().put(at, (byte) random.nextInt(256));
    }
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    ImageWriter.writeRgb(file, image);
  }

  /** The lines of {@code flipside score} for a pool. */
  public static List<String> lines(Pool pool) {
    List<String> lines = new ArrayList<>();
    new PoolScorer(model(), SETTINGS.options(ImageSource.FILES, 1, null))
        .score(pool, result -> lines.add(ScoreLine.format(result)), Progress.NONE);
    return lines;
  }

  /** The same lines from a table. */
  public static List<String> lines(ScoresTable table) {
    return table.rows(session()).sort("position").collectAsList().stream()
        .map(row -> ScoreLine.format(ScoresTable.result(row)))
        .toList();
  }
}
