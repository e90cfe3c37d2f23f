package dev.flipside.tools.command;

import dev.flipside.models.FlipsideException;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.vocab.RegionId;
import dev.flipside.scorer.PoolScorer;
import dev.flipside.scorer.Rescorer;
import dev.flipside.scorer.ScoringOptions;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.selection.ImageFailure;
import dev.flipside.scorer.selection.ImageResult;
import dev.flipside.scorer.selection.OptimisticOrder;
import dev.flipside.scorer.selection.RegionScores;
import dev.flipside.scorer.selection.ScoresFile;
import dev.flipside.scorer.selection.ScoresWriter;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.TopRegions;
import dev.flipside.tools.console.ConsoleProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Scores a pool in two stages. {@code OUT.estimates} gets the estimates of all images, {@code
 * OUT.exact} the exact scores of those that matter, OUT of each image the best that is known. The
 * first two are kept: they are what a later run resumes from.
 */
final class CascadeRun {
  private final Pool pool;
  private final Path out;
  private final boolean resume;
  private final ScoringOptions options;
  private final CommonOptions common;
  private final List<String> order;

  /**
   * @param pool all images
   * @param out the score file
   * @param resume whether to keep what an earlier run wrote
   */
  CascadeRun(Pool pool, Path out, boolean resume, ScoringOptions options, CommonOptions common) {
    this.pool = pool;
    this.out = out;
    this.resume = resume;
    this.options = options;
    this.common = common;
    this.order = pool.images().stream().map(PoolImage::id).toList();
  }

  private Path beside(String suffix) {
    return out.resolveSibling(out.getFileName() + suffix);
  }

  /**
   * The first stage. An image that the cheap network fails on is left to the second.
   *
   * @param search is told the estimates
   */
  void estimate(LoadedModel cheap, SortedMap<String, String> settings, OptimisticOrder search)
      throws IOException {
    Path file = beside(".estimates");
    common
        .out()
        .println(
            "estimates: "
                + new ScoringRun(pool, file, resume, common).score(cheap, options, settings));
    Set<String> told = new HashSet<>();
    ScoresFile.read(
        file,
        result -> {
          if (!told.add(result.image())) {
            return; // named twice in the list
          }
          if (result instanceof RegionScores scores) {
            search.estimate(scores);
          } else {
            search.unknown(result.image());
          }
        });
  }

  /** The second stage. */
  void rescore(LoadedModel exact, SortedMap<String, String> settings, OptimisticOrder search)
      throws IOException {
    Path file = beside(".exact");
    long start = System.nanoTime();
    try (ScoresWriter scores =
            resume
                ? ScoresWriter.resume(file, settings, order)
                : ScoresWriter.create(file, settings, order);
        ConsoleProgress progress = ConsoleProgress.onStandardError("Rescoring", "images")) {
      Map<String, ImageResult> known = new HashMap<>();
      if (scores.kept() > 0) {
        ScoresFile.read(beside(".exact.part"), result -> known.put(result.image(), result));
        known.values().removeIf(result -> !scores.has(result.image()));
      }
      new Rescorer(exact, options).rescore(pool, search, known, scores, progress);
      scores.complete();
    }
    int images = Set.copyOf(order).size();
    common
        .out()
        .printf(
            Locale.ROOT,
            "rescored: %d of %d images (%.1f %%) in %.1f s; expected to be wrongly left out: %.2g"
                + " images; an image's best may lie %.4f above its estimate%n",
            search.exactCount(),
            images,
            100.0 * search.exactCount() / images,
            (System.nanoTime() - start) / 1e9,
            search.missed(),
            search.reach());
  }

  /**
   * Writes of each image the best that is known.
   *
   * @return how many images have no scores
   */
  long merge(SortedMap<String, String> settings) throws IOException {
    try (ScoresWriter merged = ScoresWriter.create(out, settings, order)) {
      for (String each : List.of(".estimates", ".exact")) {
        ScoresFile.read(
            beside(each),
            result -> {
              try {
                merged.accept(result);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
      }
      merged.complete();
    } catch (UncheckedIOException e) {
      throw new FlipsideException(out + ": cannot be written: " + e.getCause(), e);
    }
    AtomicLong failed = new AtomicLong();
    ScoresFile.read(
        out,
        result -> {
          if (result instanceof ImageFailure) {
            failed.incrementAndGet();
          }
        });
    return failed.get();
  }

  /** Scores the other images too, and says how much of the selection is confirmed. */
  void audit(LoadedModel exact, OptimisticOrder search, TopRegions truth) {
    Set<String> known = new HashSet<>();
    ScoresFile.read(
        beside(".exact"),
        result -> {
          known.add(result.image());
          if (result instanceof RegionScores scores) {
            truth.offer(scores);
          }
        });
    try (ConsoleProgress progress = ConsoleProgress.onStandardError("Auditing", "images")) {
      new PoolScorer(exact, options)
          .score(
              pool.where(image -> !known.contains(image.id())),
              result -> {
                if (result instanceof RegionScores scores) {
                  truth.offer(scores);
                }
              },
              progress);
    }
    Set<RegionId> right = new HashSet<>();
    truth.ranked().forEach(region -> right.add(region.id()));
    List<SelectedRegion> found = search.top().ranked();
    long confirmed = found.stream().filter(region -> right.contains(region.id())).count();
    common
        .out()
        .println(
            "audit: "
                + confirmed
                + " of the "
                + right.size()
                + " best regions found"
                + (found.equals(truth.ranked()) ? ", in the same order" : ""));
  }
}
