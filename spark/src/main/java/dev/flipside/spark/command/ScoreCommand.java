package dev.flipside.spark.command;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ClassMaps;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.scorer.inference.OrtModelRunner;
import dev.flipside.spark.PoolListing;
import dev.flipside.spark.ScorePool;
import dev.flipside.spark.SparkSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code score}: scores the images that a table of scores does not have yet. */
@Command(
    name = "score",
    mixinStandardHelpOptions = true,
    description =
        "Score the regions of a pool into a table of scores (Parquet). Images that the table has are"
            + " not scored again.")
final class ScoreCommand implements Callable<Integer> {
  /** How images are divided into regions. */
  static final class Grid {
    @Option(names = "--grid", paramLabel = "RxC", description = "Rows and columns of regions.")
    private @Nullable String grid;

    @Option(names = "--region", paramLabel = "HxW", description = "Size of a region in px.")
    private @Nullable String region;
  }

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(names = "--model", required = true, paramLabel = "M.onnx", description = "The model.")
  @SuppressWarnings("NullAway.Init")
  private Path model;

  @Option(names = "--card", paramLabel = "FILE", description = "Model card (JSON) to use.")
  private @Nullable Path card;

  @Option(
      names = "--classes",
      paramLabel = "N|NAME|FILE",
      description = "Classes of the model: a number, camvid, cityscapes, or a JSON file.")
  private @Nullable String classes;

  @Option(
      names = "--pool",
      required = true,
      paramLabel = "DIR|ADDRESS",
      description = "Folder that all machines mount, or an address such as s3a://bucket/images.")
  @SuppressWarnings("NullAway.Init")
  private String pool;

  @Option(
      names = "--list",
      paramLabel = "FILE|ADDRESS",
      description = "Score only the images listed here, one path per line.")
  private @Nullable String list;

  @ArgGroup(multiplicity = "1")
  @SuppressWarnings("NullAway.Init")
  private Grid grid;

  @Option(names = "--acquisition", paramLabel = "A", description = "Default: flip-entropy.")
  private @Nullable String acquisition;

  @Option(names = "--passes", paramLabel = "T", description = "For bald and vote-entropy.")
  private @Nullable String passes;

  @Option(names = "--seed", paramLabel = "S", description = "Default: 0.")
  private @Nullable String seed;

  @Option(
      names = "--size",
      paramLabel = "HxW|original",
      description =
          "Resize images to this height and width (default: the size at which the model was"
              + " trained, if its card tells, else original).")
  private @Nullable String size;

  @Option(names = "--tile", paramLabel = "HxW", description = "Score images in tiles.")
  private @Nullable String tile;

  @Option(names = "--overlap", paramLabel = "PX", description = "Overlap of tiles.")
  private @Nullable String overlap;

  @Option(names = "--class-weights", paramLabel = "W,…", description = "Weight per class.")
  private @Nullable String classWeights;

  @Option(names = "--batch", paramLabel = "N", description = "Batch size (default: 1).")
  private @Nullable String batch;

  @Option(names = "--decode-threads", paramLabel = "N", description = "Per task (default: 2).")
  private @Nullable String decodeThreads;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "CPU threads for inference per task (default: spark.task.cpus).")
  private @Nullable String threads;

  @Option(names = "--provider", paramLabel = "P", description = "auto, cpu, cuda or tensorrt.")
  private @Nullable String provider;

  @Option(
      names = "--device",
      paramLabel = "D",
      description = "Default: the GPU that Spark assigns to the task, if any.")
  private @Nullable String device;

  @Option(names = "--precision", paramLabel = "P", description = "fp32 or fp16.")
  private @Nullable String precision;

  @Option(
      names = "--images-per-task",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Images that an executor scores in one task (default: ${DEFAULT-VALUE}).")
  private int imagesPerTask;

  @Option(
      names = "--images-per-job",
      paramLabel = "N",
      defaultValue = "1000000",
      description =
          "Images whose scores are added to the table together (default: ${DEFAULT-VALUE}).")
  private int imagesPerJob;

  @Option(
      names = "--retry-failed",
      description = "Score images again that failed in an earlier run.")
  private boolean retryFailed;

  @Option(
      names = "--scores",
      required = true,
      paramLabel = "DIR|ADDRESS",
      description = "Folder of tables of scores.")
  @SuppressWarnings("NullAway.Init")
  private String scores;

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    LoadedModel loaded = ModelSource.open(model, card, overrides(), new OrtModelRunner());
    loaded.assumptions().forEach(err::println);
    ScorePool work =
        FlipsideSpark.usage(
            spec,
            () ->
                new ScorePool(loaded, settings(loaded), imagesPerTask, imagesPerJob, retryFailed));
    try (SparkSession spark = SparkSession.builder().appName("flipside score").getOrCreate()) {
      PoolListing listing = PoolListing.of(pool, list, spark.sparkContext().hadoopConfiguration());
      listing.leftOut().notes().forEach(each -> err.println("note: " + each));
      ScorePool.Summary summary = work.score(spark, listing.images(), scores);
      spec.commandLine().getOut().println(summary);
      return FlipsideSpark.code(summary.failed());
    }
  }

  private CardOverrides overrides() {
    return classes == null
        ? CardOverrides.NONE
        : new CardOverrides(
            ClassMaps.read(classes), null, null, null, null, null, null, null, null);
  }

  private SparkSettings settings(LoadedModel loaded) {
    SortedMap<String, String> values = new TreeMap<>();
    put(values, "grid", grid.grid);
    put(values, "region", grid.region);
    put(values, "acquisition", acquisition);
    put(values, "passes", passes);
    put(values, "seed", seed);
    put(values, "size", size(loaded));
    put(values, "tile", tile);
    put(values, "overlap", overlap);
    put(values, "class-weights", classWeights);
    put(values, "batch", batch);
    put(values, "decode-threads", decodeThreads);
    put(values, "threads", threads);
    put(values, "provider", provider);
    put(values, "device", device);
    put(values, "precision", precision);
    return new SparkSettings(values);
  }

  /** Returns the size as {@code flipside score} chooses it, or null for that of each image. */
  private @Nullable String size(LoadedModel loaded) {
    String told = size;
    if (told != null) {
      return told.equalsIgnoreCase("original") ? null : told;
    }
    return tile != null ? null : loaded.card().trainedSize().map(ImageSize::toString).orElse(null);
  }

  private static void put(SortedMap<String, String> values, String name, @Nullable String value) {
    if (value != null) {
      values.put(name, value);
    }
  }
}
