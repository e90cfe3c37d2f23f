package dev.flipside.spark;

import static org.apache.spark.sql.functions.col;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.image.ImageSource;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.scorer.pool.PoolImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Scores a pool into a {@link ScoresTable}: the images that the table does not have yet, in jobs of
 * limited size. Each job adds all of its rows or none, so that a run that is stopped keeps the jobs
 * that were completed.
 *
 * @param model the model and its model card
 * @param settings how images are scored
 * @param imagesPerTask images that an executor scores in one task, at least 1; fewer if there would
 *     be too few tasks for all executors
 * @param imagesPerJob images whose rows are added together, at least 1
 * @param retryFailed whether images that failed in an earlier run are scored again
 */
public record ScorePool(
    LoadedModel model,
    SparkSettings settings,
    int imagesPerTask,
    int imagesPerJob,
    boolean retryFailed) {
  private static final int TASKS_PER_CORE = 4;
  private static final int ENTRIES_PER_SLICE = 100_000;

  /**
   * @throws IllegalArgumentException if a number of images is not positive
   */
  public ScorePool {
    if (imagesPerTask < 1 || imagesPerJob < 1) {
      throw new IllegalArgumentException(
          "tasks of "
              + imagesPerTask
              + " and jobs of "
              + imagesPerJob
              + " images: expected at least 1 image");
    }
  }

  /** Creates it with 1000 images a task, a million a job, and without images that failed. */
  public ScorePool(LoadedModel model, SparkSettings settings) {
    this(model, settings, 1000, 1_000_000, false);
  }

  /**
   * Summary of a run.
   *
   * @param table the table with the scores
   * @param images number of images of the pool
   * @param scored number of images that this run scored, failed ones included
   * @param failed number of images without scores in the table
   * @param elapsed wall-clock time
   * @param decode time to read and decode, summed over all tasks
   * @param run time of inference, summed over all tasks
   */
  public record Summary(
      ScoresTable table,
      long images,
      long scored,
      long failed,
      Duration elapsed,
      Duration decode,
      Duration run) {
    /** Returns the summary as one line of text. */
    @Override
    public String toString() {
      double seconds = elapsed.toNanos() / 1e9;
      return String.format(
          Locale.ROOT,
          "%d images: %d scored now in %.1f s (%.2f images/s), %d were there, %d failed;"
              + " decode %.2f s, run %.2f s: %s",
          images,
          scored,
          seconds,
          scored / Math.max(1e-9, seconds),
          images - scored,
          failed,
          decode.toNanos() / 1e9,
          run.toNanos() / 1e9,
          table.folder());
    }
  }

  /**
   * Scores every image that the table of this model and these settings does not have.
   *
   * @param pool images in pool order; an image that is listed twice is scored once
   * @param root path or address of the folder of all tables
   * @throws FlipsideException if the store or the table cannot be read or written, the model cannot
   *     be loaded, or rows that were added are not in the table; those that are there stay
   */
  public Summary score(SparkSession spark, List<PoolImage> pool, String root) {
    long start = System.nanoTime();
    ScoringOptions options = settings.options(ImageSource.FILES, 1, null);
    SortedMap<String, String> facts = options.settings(model);
    facts.put("pool", folder(pool));
    ScoresTable table = ScoresTable.of(root, model, facts);
    List<Row> entries = entries(pool);
    try {
      Configuration hadoop = spark.sparkContext().hadoopConfiguration();
      List<Row> missing = entries;
      if (table.exists(hadoop)) {
        missing = missing(spark, entries, table);
      } else {
        table.create(facts, hadoop);
      }
      ScorePartition.Times times = score(spark, missing, table);
      requireAdded(spark, missing, table);
      return new Summary(
          table,
          entries.size(),
          missing.size(),
          table.failed(spark).count(),
          Duration.ofNanos(System.nanoTime() - start),
          Duration.ofNanos(times.decodeNanos().sum()),
          Duration.ofNanos(times.runNanos().sum()));
    } catch (Exception e) { // Spark's exceptions are checked, and not declared
      throw SparkFailure.of(
          "scoring was stopped",
          e,
          "; what was scored before is kept in "
              + table.folder()
              + ", the same command scores the rest");
    }
  }

  /** Returns where the pool lies: the same IDs are other images in another pool. */
  private static String folder(List<PoolImage> pool) {
    if (pool.isEmpty()) {
      return "";
    }
    String first = pool.get(0).location().toString();
    return first.substring(0, Math.max(0, first.length() - pool.get(0).id().length()));
  }

  /** Returns rows of {@link ScoresTable#POOL}, each image once. */
  private static List<Row> entries(List<PoolImage> pool) {
    Set<String> seen = new HashSet<>();
    List<Row> entries = new ArrayList<>();
    for (PoolImage image : pool) {
      if (seen.add(image.id())) {
        entries.add(
            RowFactory.create((long) entries.size(), image.id(), image.location().toString()));
      }
    }
    return entries;
  }

  /** Returns the images that the table does not have, in pool order. */
  private List<Row> missing(SparkSession spark, List<Row> entries, ScoresTable table) {
    return absent(spark, entries, retryFailed ? table.scored(spark) : table.rows(spark))
        .select("position")
        .as(Encoders.LONG())
        .collectAsList()
        .stream()
        .sorted()
        .map(position -> entries.get(Math.toIntExact(position)))
        .toList();
  }

  /**
   * Checks that the table has what was scored. Spark reports success, too, if machines write to
   * folders of their own under the same path, or two runs remove each other's unfinished files.
   */
  private static void requireAdded(SparkSession spark, List<Row> scored, ScoresTable table) {
    long lost = scored.isEmpty() ? 0 : absent(spark, scored, table.rows(spark)).count();
    if (lost > 0) {
      throw new FlipsideException(
          table.folder()
              + ": "
              + lost
              + " of the "
              + scored.size()
              + " rows that were added are not in the table; all machines must reach this folder"
              + " under this path, and only one run at a time may add to it; then start the same"
              + " command again");
    }
  }

  /** Returns the entries whose images have no row. */
  private static Dataset<Row> absent(SparkSession spark, List<Row> entries, Dataset<Row> there) {
    JavaSparkContext java = JavaSparkContext.fromSparkContext(spark.sparkContext());
    // Entries travel inside of the tasks, whose size Spark limits, however few cores there are.
    int slices = Math.max(java.defaultParallelism(), entries.size() / ENTRIES_PER_SLICE + 1);
    return spark
        .createDataFrame(java.parallelize(entries, slices), ScoresTable.POOL)
        .join(
            there.select(col("image").as("there")),
            col("image").equalTo(col("there")),
            "left_anti");
  }

  private ScorePartition.Times score(SparkSession spark, List<Row> missing, ScoresTable table) {
    SparkContext context = spark.sparkContext();
    JavaSparkContext java = JavaSparkContext.fromSparkContext(context);
    ScorePartition.Times times =
        new ScorePartition.Times(
            context.longAccumulator("flipside: images"),
            context.longAccumulator("flipside: decode ns"),
            context.longAccumulator("flipside: run ns"));
    ShippedModel shipped = ShippedModel.of(model, java);
    ScorePartition scoring =
        new ScorePartition(
            shipped, settings, new SerializableConfiguration(context.hadoopConfiguration()), times);
    try {
      for (int from = 0; from < missing.size(); from += imagesPerJob) {
        int to = Math.min(missing.size(), from + imagesPerJob);
        java.setJobDescription("flipside: images " + from + " to " + to + " of " + missing.size());
        JavaRDD<Row> rows =
            java.parallelize(missing.subList(from, to), tasks(to - from, java))
                .mapPartitions(scoring);
        table.append(spark.createDataFrame(rows, ScoresTable.SCHEMA));
      }
      return times;
    } finally {
      java.setJobDescription(null);
      shipped.content().destroy();
    }
  }

  private int tasks(int images, JavaSparkContext java) {
    int needed = (images - 1) / imagesPerTask + 1;
    return Math.max(needed, Math.min(images, TASKS_PER_CORE * java.defaultParallelism()));
  }
}
