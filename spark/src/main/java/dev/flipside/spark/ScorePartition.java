package dev.flipside.spark;

import dev.flipside.scorer.image.ImageSource;
import dev.flipside.scorer.pipeline.PoolScorer;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pipeline.ScoringSummary;
import dev.flipside.scorer.pool.Pool;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/** Scores the images of a partition with a scorer of the executor. */
final class ScorePartition implements FlatMapFunction<Iterator<PoolEntry>, Row> {
  private static final long serialVersionUID = 1L;

  /** What is sent to each executor once. */
  record Work(ShippedModel model, SparkSettings settings, SerializableConfiguration hadoop)
      implements Serializable {}

  /** What all tasks have taken together. Tasks that are repeated count again. */
  record Times(LongAccumulator images, LongAccumulator decodeNanos, LongAccumulator runNanos)
      implements Serializable {}

  private final Broadcast<Work> work;
  private final Times times;

  ScorePartition(Broadcast<Work> work, Times times) {
    this.work = work;
    this.times = times;
  }

  @Override
  public Iterator<Row> call(Iterator<PoolEntry> entries) {
    List<PoolEntry> part = new ArrayList<>();
    entries.forEachRemaining(part::add);
    List<Row> rows = new ArrayList<>(part.size());
    if (!part.isEmpty()) {
      TaskContext task = TaskContext.get();
      String gpu = gpu(task.resourcesJMap());
      String run = SparkEnv.get().conf().getAppId() + "/" + work.id() + "/" + gpu;
      ExecutorScorers.INSTANCE.use(
          run, () -> open(task.cpus(), gpu), scorer -> score(scorer, part, rows));
    }
    return rows.iterator();
  }

  private static @Nullable String gpu(Map<String, ResourceInformation> resources) {
    ResourceInformation gpus = resources.get("gpu");
    return gpus == null ? null : String.join(",", gpus.addresses());
  }

  @SuppressWarnings("MustBeClosedChecker") // kept by the executor
  private PoolScorer open(int cores, @Nullable String gpu) {
    Work given = work.value();
    ImageSource images = new HadoopImages(given.hadoop.value());
    return PoolScorer.open(given.model.load(), given.settings.options(images, cores, gpu));
  }

  private void score(PoolScorer scorer, List<PoolEntry> part, List<Row> rows) {
    Pool pool = new Pool(Path.of(""), part.stream().map(PoolEntry::image).toList());
    ScoringSummary summary =
        scorer.score(
            pool,
            result -> rows.add(ScoresTable.row(part.get(rows.size()).position(), result)),
            Progress.NONE);
    times.images.add(summary.images());
    times.decodeNanos.add(summary.decode().toNanos());
    times.runNanos.add(summary.run().toNanos());
  }
}
