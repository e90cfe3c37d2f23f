package dev.flipside.scorer.rescoring;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.RegionId;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.pipeline.PoolScorer;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pipeline.ScoreFileRun;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.scorer.pipeline.ScoringSummary;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.scores.ImageFailure;
import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.scores.ScoreFile;
import dev.flipside.scorer.scores.ScoreFileWriter;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.TopRegions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Scores a pool in stages: a cheap model estimates all images; if the measure is a sum over two
 * views, from one view first, and from the other view where it may matter; then the exact model
 * scores the images that may hold one of the best regions.
 *
 * <p>{@code OUT.estimates}, {@code OUT.refined} and {@code OUT.exact} hold the scores of each
 * stage, {@code OUT} the best known scores of each image. The first three are kept, so that a later
 * run can resume from them.
 */
public final class CascadeRun {
  private final ScoreFileRun target;
  private final Map<Fidelity, Stage> stages = new EnumMap<>(Fidelity.class);
  private final List<String> order;

  /**
   * A stage of the cascade.
   *
   * @param suffix suffix of the name of the score file
   * @param settings settings its scores depend on
   */
  private record Stage(
      String suffix,
      LoadedModel model,
      ScoringOptions options,
      SortedMap<String, String> settings) {}

  /**
   * Creates a run.
   *
   * @param target pool and score file, and whether to resume an interrupted run
   * @param settings settings the exact scores depend on
   */
  public CascadeRun(
      ScoreFileRun target,
      LoadedModel cheap,
      LoadedModel exact,
      ScoringOptions options,
      SortedMap<String, String> settings) {
    this.target = target;
    this.order = target.pool().images().stream().map(PoolImage::id).toList();
    // Class weights depend on the prediction for the image itself, so views cannot be scored apart.
    List<Acquisition> views =
        options.classWeights().isEmpty() ? options.acquisition().views() : List.of();
    Acquisition first = views.isEmpty() ? options.acquisition() : views.get(0);
    stages.put(Fidelity.ESTIMATED, cheap(".estimates", cheap, options, first, settings));
    if (!views.isEmpty()) {
      Stage other = cheap(".refined", cheap, options, views.get(1), settings);
      // Its scores are added to the first estimate, so the file holds scores of both views.
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
    return new Stage(suffix, cheap, options.toBuilder().acquisition(view).build(), own);
  }

  /** Returns whether estimates are refined with a second view before images are scored exactly. */
  public boolean refines() {
    return stages.containsKey(Fidelity.REFINED);
  }

  private Stage stage(Fidelity fidelity) {
    Stage stage = stages.get(fidelity);
    if (stage == null) {
      throw new IllegalStateException("there are no scores of fidelity " + fidelity);
    }
    return stage;
  }

  private Path file(Fidelity fidelity) {
    Path out = target.out();
    return out.resolveSibling(out.getFileName() + stage(fidelity).suffix);
  }

  /**
   * Runs the first stage. An image on which the cheap model fails is scored by the exact one.
   *
   * @param policy receives the estimates
   * @param kept receives the number of images that an interrupted run had estimated
   * @throws IOException if a score file cannot be written
   */
  public ScoringSummary estimate(CascadePolicy policy, Progress progress, LongConsumer kept)
      throws IOException {
    Stage stage = stage(Fidelity.ESTIMATED);
    Path file = file(Fidelity.ESTIMATED);
    ScoringSummary summary =
        new ScoreFileRun(target.pool(), file, target.resume())
            .score(stage.model, stage.options, stage.settings, progress, kept);
    Set<String> told = new HashSet<>();
    ScoreFile.read(
        file,
        result -> {
          if (!told.add(result.image())) {
            return; // listed twice
          }
          if (result instanceof RegionScores scores) {
            policy.estimate(scores);
          } else {
            policy.unknown(result.image());
          }
        });
    return summary;
  }

  /**
   * Runs the other stages until the policy requests no more images.
   *
   * @throws IOException if a score file cannot be written
   */
  public void rescore(CascadePolicy policy, Progress progress) throws IOException {
    Stage exact = stage(Fidelity.EXACT);
    Rescorer rescorer = new Rescorer(exact.model, exact.options);
    if (refines()) {
      Stage cheap = stage(Fidelity.REFINED);
      rescorer.refining(
          cheap.model, cheap.options, scores -> scores.plus(policy.estimateOf(scores.image())));
    }
    try (CascadeJournal journal = new CascadeJournal()) {
      for (Fidelity each : stages.keySet()) {
        if (each != Fidelity.ESTIMATED) {
          journal.open(each, file(each), stage(each).settings, target.resume(), order);
        }
      }
      rescorer.rescore(target.pool(), policy, journal, progress);
      journal.complete();
    }
  }

  /**
   * Writes the best known scores of each image. Scores of images that were not scored exactly are
   * limited to less than the K-th best score, so that they cannot be selected.
   *
   * @param settings settings the merged scores depend on
   * @return the number of images without scores
   * @throws IOException if the score file cannot be written
   */
  public long merge(CascadePolicy policy, SortedMap<String, String> settings) throws IOException {
    Path out = target.out();
    List<SelectedRegion> best = policy.top().ranked();
    float most =
        best.isEmpty() ? Float.MAX_VALUE : Math.nextDown(best.get(best.size() - 1).score());
    try (ScoreFileWriter merged = ScoreFileWriter.create(out, settings, order)) {
      for (Fidelity each : stages.keySet()) {
        boolean exact = each == Fidelity.EXACT;
        // If only one view is known, it is used for both.
        boolean half = each == Fidelity.ESTIMATED && refines();
        ScoreFile.read(
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
    ScoreFile.read(
        out,
        result -> {
          if (result instanceof ImageFailure) {
            failed.incrementAndGet();
          }
        });
    return failed.get();
  }

  /**
   * Comparison of a selection with the exact one.
   *
   * @param confirmed number of selected regions that are among the exact best
   * @param best number of exact best regions
   * @param sameOrder whether the two selections are equal
   */
  public record Audit(long confirmed, int best, boolean sameOrder) {}

  /**
   * Also scores all remaining images exactly and compares the selections.
   *
   * @param truth an empty collector for the same number of regions as the policy
   */
  public Audit audit(CascadePolicy policy, TopRegions truth, Progress progress) {
    Set<String> known = new HashSet<>();
    ScoreFile.read(
        file(Fidelity.EXACT),
        result -> {
          known.add(result.image());
          offer(truth, result);
        });
    Stage exact = stage(Fidelity.EXACT);
    new PoolScorer(exact.model, exact.options)
        .score(
            target.pool().where(image -> !known.contains(image.id())),
            result -> offer(truth, result),
            progress);
    Set<RegionId> right = new HashSet<>();
    truth.ranked().forEach(region -> right.add(region.id()));
    List<SelectedRegion> found = policy.top().ranked();
    long confirmed = found.stream().filter(region -> right.contains(region.id())).count();
    return new Audit(confirmed, right.size(), found.equals(truth.ranked()));
  }

  private static void offer(TopRegions truth, ImageResult result) {
    if (result instanceof RegionScores scores) {
      truth.offer(scores);
    }
  }
}
