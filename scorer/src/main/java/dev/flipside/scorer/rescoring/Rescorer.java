package dev.flipside.scorer.rescoring;

import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.pipeline.PoolScorer;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Scores the images that a {@link RescoringPolicy} requests, at the requested fidelity, with models
 * that are loaded once. Used for the stages of a cascade after the estimates, and for the steps of
 * {@link DriftingScores}.
 */
public final class Rescorer {
  /** Images per request; several at once keep the decoders busy. */
  private static final int LEAST_AT_ONCE = 4;

  /** For large pools more images per request, as the cost of a request grows with the pool. */
  private static final int LOOKS = 200;

  private final Map<Fidelity, Stage> stages = new EnumMap<>(Fidelity.class);

  /** A scorer and the function applied to its results. */
  private record Stage(
      LoadedModel model, ScoringOptions options, UnaryOperator<RegionScores> completed) {
    @SuppressWarnings("MustBeClosedChecker") // kept in a map, closed from there
    PoolScorer open() {
      return PoolScorer.open(model, options);
    }
  }

  /**
   * Creates a rescorer. Models are loaded when they are first needed.
   *
   * @param model the exact model and its model card
   */
  public Rescorer(LoadedModel model, ScoringOptions options) {
    stages.put(Fidelity.EXACT, new Stage(model, options, UnaryOperator.identity()));
  }

  /**
   * Adds a model that refines estimates.
   *
   * @param cheap the model
   * @param completed converts a result of that model to a refined estimate
   */
  public Rescorer refining(
      LoadedModel cheap, ScoringOptions options, UnaryOperator<RegionScores> completed) {
    stages.put(Fidelity.REFINED, new Stage(cheap, options, completed));
    return this;
  }

  /**
   * Scores images until the order requests no more.
   *
   * @param order decides which images are scored; knows exactly the images of the pool
   * @param journal receives each new result, in the order of the requests
   * @param progress called after each new result with the number of results and, in the note, the
   *     number of refined and exact ones; the total is unknown
   * @throws dev.flipside.models.domain.FlipsideException as {@link PoolScorer#score}
   */
  public void rescore(
      Pool pool, RescoringPolicy order, RescoringJournal journal, Progress progress) {
    Map<String, PoolImage> images = new LinkedHashMap<>();
    pool.images().forEach(image -> images.put(image.id(), image));
    Map<Fidelity, PoolScorer> scorers = new EnumMap<>(Fidelity.class);
    Tally tally = new Tally(progress, images.size(), stages.containsKey(Fidelity.REFINED));
    try {
      int atOnce = atOnce(images.size());
      for (var next = order.next(atOnce); !next.images().isEmpty(); next = order.next(atOnce)) {
        Fidelity fidelity = next.fidelity();
        Stage stage = stage(fidelity);
        List<PoolImage> missing = new ArrayList<>();
        for (String id : next.images()) {
          Optional<ImageResult> earlier = journal.earlier(fidelity, id);
          PoolImage image = images.get(id);
          if (earlier.isPresent()) {
            order.scored(fidelity, earlier.get());
            tally.kept(fidelity);
          } else if (image == null) {
            throw new IllegalArgumentException(id + ": requested, but not in the pool");
          } else {
            missing.add(image);
          }
        }
        if (missing.isEmpty()) {
          continue;
        }
        scorers
            .computeIfAbsent(fidelity, each -> stage.open())
            .score(
                new Pool(pool.root(), missing),
                result -> {
                  ImageResult whole =
                      result instanceof RegionScores scores
                          ? stage.completed.apply(scores)
                          : result;
                  journal.accept(fidelity, whole);
                  order.scored(fidelity, whole);
                  tally.scored(fidelity);
                },
                Progress.NONE);
      }
    } finally {
      closeAll(scorers.values());
    }
  }

  private static void closeAll(Collection<PoolScorer> scorers) {
    RuntimeException failure = null;
    for (PoolScorer each : scorers) {
      try {
        each.close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e; // close the others, too
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Counts the results and reports progress. */
  private static final class Tally {
    private final Progress progress;
    private final int images;
    private final boolean refines;
    private long refined;
    private long exact;
    private long earlier;

    Tally(Progress progress, int images, boolean refines) {
      this.progress = progress;
      this.images = images;
      this.refines = refines;
    }

    /** Counts a result of an earlier run. */
    void kept(Fidelity fidelity) {
      add(fidelity);
      progress.resumeAt(++earlier);
    }

    /** Counts a new result. */
    void scored(Fidelity fidelity) {
      add(fidelity);
      // Of no use as a total: most images are left out, and to refine one costs a part of a score.
      String most = "of at most " + images;
      progress.advance(
          refined + exact,
          0,
          refines ? refined + " refined, " + exact + " " + most + " images exact" : most);
    }

    private void add(Fidelity fidelity) {
      if (fidelity == Fidelity.REFINED) {
        refined++;
      } else {
        exact++;
      }
    }
  }

  private int atOnce(int images) {
    int batch = stage(Fidelity.EXACT).options.batch();
    return batch * Math.max(1, Math.max(LEAST_AT_ONCE, images / LOOKS) / batch);
  }

  private Stage stage(Fidelity fidelity) {
    Stage stage = stages.get(fidelity);
    if (stage == null) {
      throw new IllegalStateException("no model gives scores of fidelity " + fidelity);
    }
    return stage;
  }
}
