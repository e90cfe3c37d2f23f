package dev.flipside.tools.command;

import dev.flipside.models.FlipsideException;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.vocab.RegionId;
import dev.flipside.scorer.PoolScorer;
import dev.flipside.scorer.Rescorer;
import dev.flipside.scorer.ScoringOptions;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.selection.Fidelity;
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
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Scores a pool in stages: estimates of all images by a cheap network; where the measure is a sum
 * over two views, these are of one view, and the other is added where it may matter; then exact
 * scores of the images that may hold one of the best regions.
 *
 * <p>{@code OUT.estimates}, {@code OUT.refined} and {@code OUT.exact} get what each stage gives,
 * OUT of each image the best that is known. The first three are kept: they are what a later run
 * resumes from.
 */
final class CascadeRun {
  private final Pool pool;
  private final Path out;
  private final boolean resume;
  private final CommonOptions common;
  private final Map<Fidelity, Stage> stages = new EnumMap<>(Fidelity.class);
  private final List<String> order;

  /**
   * A stage.
   *
   * @param suffix behind the name of the score file
   * @param settings what its scores are scores of
   */
  private record Stage(
      String suffix,
      LoadedModel model,
      ScoringOptions options,
      SortedMap<String, String> settings) {}

  /**
   * Nothing is scored yet.
   *
   * @param pool all images
   * @param out the score file
   * @param resume whether to keep what an earlier run wrote
   * @param settings what exact scores are scores of
   */
  CascadeRun(
      Pool pool,
      Path out,
      boolean resume,
      LoadedModel cheap,
      LoadedModel exact,
      ScoringOptions options,
      SortedMap<String, String> settings,
      CommonOptions common) {
    this.pool = pool;
    this.out = out;
    this.resume = resume;
    this.common = common;
    this.order = pool.images().stream().map(PoolImage::id).toList();
    // Weights go by the class that the image itself is given to, so they are no matter of one view.
    List<Acquisition> views =
        options.classWeights().isEmpty() ? options.acquisition().views() : List.of();
    Acquisition first = views.isEmpty() ? options.acquisition() : views.get(0);
    stages.put(Fidelity.ESTIMATED, cheap(".estimates", cheap, options, first, settings));
    if (!views.isEmpty()) {
      Stage other = cheap(".refined", cheap, options, views.get(1), settings);
      // What it gives is added to the first estimate, so the file holds scores of both views.
      other.settings.put("acquisition", options.acquisition().toString());
      stages.put(Fidelity.REFINED, other);
    }
    stages.put(Fidelity.EXACT, new Stage(".exact", exact, options, settings));
  }

  private static Stage cheap(
      String suffix,
      LoadedModel cheap,
      ScoringOptions options,
      Acquisition view,
      SortedMap<String, String> settings) {
    SortedMap<String, String> own = new TreeMap<>(settings);
    own.put("model", cheap.file().digest());
    own.put("card", cheap.card().toJson());
    own.put("acquisition", view.toString());
    return new Stage(suffix, cheap, options.withAcquisition(view), own);
  }

  /** Whether there is something between first estimates and exact scores. */
  boolean refines() {
    return stages.containsKey(Fidelity.REFINED);
  }

  private Stage stage(Fidelity fidelity) {
    Stage stage = stages.get(fidelity);
    if (stage == null) {
      throw new IllegalStateException("there are no scores that are " + fidelity);
    }
    return stage;
  }

  private Path file(Fidelity fidelity) {
    return out.resolveSibling(out.getFileName() + stage(fidelity).suffix);
  }

  /**
   * The first stage. An image that the cheap network fails on is left to the exact one.
   *
   * @param search is told the estimates
   */
  void estimate(OptimisticOrder search) throws IOException {
    Stage stage = stage(Fidelity.ESTIMATED);
    Path file = file(Fidelity.ESTIMATED);
    common
        .out()
        .println(
            "estimates: "
                + new ScoringRun(pool, file, resume, common)
                    .score(stage.model, stage.options, stage.settings));
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

  /** The other stages. */
  void rescore(OptimisticOrder search) throws IOException {
    long start = System.nanoTime();
    Stage exact = stage(Fidelity.EXACT);
    Rescorer rescorer = new Rescorer(exact.model, exact.options);
    if (refines()) {
      Stage cheap = stage(Fidelity.REFINED);
      rescorer.refining(
          cheap.model, cheap.options, scores -> scores.plus(search.estimateOf(scores.image())));
    }
    try (CascadeJournal journal = new CascadeJournal();
        ConsoleProgress progress =
            ConsoleProgress.onStandardError("Rescoring", refines() ? "results" : "images")) {
      for (Fidelity each : stages.keySet()) {
        if (each != Fidelity.ESTIMATED) {
          journal.open(each, file(each), stage(each).settings, resume, order);
        }
      }
      rescorer.rescore(pool, search, journal, progress);
      journal.complete();
    }
    int images = Set.copyOf(order).size();
    common
        .out()
        .printf(
            Locale.ROOT,
            "%srescored: %d of %d images (%.1f %%) in %.1f s; expected to be wrongly left out: %.2g"
                + " images; a region may lie %.4f above what is expected of it%n",
            refines() ? "refined: " + search.refinedCount() + ", " : "",
            search.exactCount(),
            images,
            100.0 * search.exactCount() / images,
            (System.nanoTime() - start) / 1e9,
            search.missed(),
            search.reach());
  }

  /**
   * Writes of each image the best that is known. What was not scored exactly is not selected: of
   * such images no score is written that is as high as the K-th best.
   *
   * @return how many images have no scores
   */
  long merge(OptimisticOrder search, SortedMap<String, String> settings) throws IOException {
    List<SelectedRegion> best = search.top().ranked();
    float most =
        best.isEmpty() ? Float.MAX_VALUE : Math.nextDown(best.get(best.size() - 1).score());
    try (ScoresWriter merged = ScoresWriter.create(out, settings, order)) {
      for (Fidelity each : stages.keySet()) {
        boolean exact = each == Fidelity.EXACT;
        // Of two views the one that is known stands for both.
        boolean half = each == Fidelity.ESTIMATED && refines();
        ScoresFile.read(
            file(each),
            result -> {
              try {
                merged.accept(
                    !exact && result instanceof RegionScores scores
                        ? (half ? scores.plus(scores) : scores).atMost(most)
                        : result);
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
  void audit(OptimisticOrder search, TopRegions truth) {
    Set<String> known = new HashSet<>();
    ScoresFile.read(
        file(Fidelity.EXACT),
        result -> {
          known.add(result.image());
          offer(truth, result);
        });
    Stage exact = stage(Fidelity.EXACT);
    try (ConsoleProgress progress = ConsoleProgress.onStandardError("Auditing", "images")) {
      new PoolScorer(exact.model, exact.options)
          .score(
              pool.where(image -> !known.contains(image.id())),
              result -> offer(truth, result),
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

  private static void offer(TopRegions truth, ImageResult result) {
    if (result instanceof RegionScores scores) {
      truth.offer(scores);
    }
  }
}
