package dev.flipside.spark;

import dev.flipside.scorer.image.ImageSource;
import dev.flipside.scorer.pipeline.PoolScorer;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pipeline.ScoringSummary;
import dev.flipside.scorer.pool.ImageLocation;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/** Scores the images of a partition with a scorer of the executor. */
final class ScorePartition implements FlatMapFunction<Iterator<Row>, Row> {
  private static final long serialVersionUID = 1L;

  /** What all tasks have taken together. Tasks that are repeated count again. */
  record Times(LongAccumulator images, LongAccumulator decodeNanos, LongAccumulator runNanos)
      implements Serializable {}

  private final ShippedModel model;
  private final SparkSettings settings;
  private final SerializableConfiguration hadoop;
  private final Times times;

  ScorePartition(
      ShippedModel model, SparkSettings settings, SerializableConfiguration hadoop, Times times) {
    this.model = model;
    this.settings = settings;
    this.hadoop = hadoop;
    this.times = times;
  }

  /**
   * Scores.
   *
   * @param entries rows of {@link ScoresTable#POOL}
   * @return rows of {@link ScoresTable#SCHEMA}
   */
  @Override
  public Iterator<Row> call(Iterator<Row> entries) {
    List<Row> part = new ArrayList<>();
    entries.forEachRemaining(part::add);
    List<Row> rows = new ArrayList<>(part.size());
    if (!part.isEmpty()) {
      TaskContext task = TaskContext.get();
      String gpu = gpu(task.resourcesJMap());
      String run = SparkEnv.get().conf().getAppId() + "/" + model.content().id();
      ExecutorScorers.INSTANCE.use(
          run,
          gpu == null ? "" : gpu,
          () -> open(task.cpus(), gpu),
          scorer -> score(scorer, part, rows));
    }
    return rows.iterator();
  }

  private static @Nullable String gpu(Map<String, ResourceInformation> resources) {
    ResourceInformation gpus = resources.get("gpu");
    return gpus == null ? null : String.join(",", gpus.addresses());
  }

  @SuppressWarnings("MustBeClosedChecker") // kept by the executor
  private PoolScorer open(int cores, @Nullable String gpu) {
    ImageSource images = new HadoopImages(hadoop.value());
    return PoolScorer.open(model.load(), settings.options(images, cores, gpu));
  }

  private void score(PoolScorer scorer, List<Row> part, List<Row> rows) {
    Pool pool = new Pool(Path.of(""), part.stream().map(ScorePartition::image).toList());
    ScoringSummary summary =
        scorer.score(
            pool,
            result -> rows.add(ScoresTable.row(part.get(rows.size()).getLong(0), result)),
            Progress.NONE);
    times.images.add(summary.images());
    times.decodeNanos.add(summary.decode().toNanos());
    times.runNanos.add(summary.run().toNanos());
  }

  private static PoolImage image(Row entry) {
    return new PoolImage(entry.getString(1), ImageLocation.parse(entry.getString(2)));
  }
}
