package dev.flipside.scorer.cascade;

import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.pipeline.PoolScorer;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.scorer.pipeline.SessionPool;
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
 * Scores those images that an order asks for, as well as it asks for, with networks that are loaded
 * once: what comes after the estimates of a cascade, or the few images of a step that may have come
 * to the top since they were scored.
 */
public final class Rescorer {
  /** Between two looks at the order; a few images run in one go keep the decoders busy. */
  private static final int LEAST_AT_ONCE = 4;

  /** Of a large pool more: to look at the order costs as much as the pool is large. */
  private static final int LOOKS = 200;

  private final Map<Fidelity, Stage> stages = new EnumMap<>(Fidelity.class);

  /** How images are scored, and what is made of the scores. */
  private record Stage(
      LoadedModel model, ScoringOptions options, UnaryOperator<RegionScores> completed) {}

  /**
   * Nothing is loaded yet.
   *
   * @param model the exact network and its card
   */
  public Rescorer(LoadedModel model, ScoringOptions options) {
    stages.put(Fidelity.EXACT, new Stage(model, options, UnaryOperator.identity()));
  }

  /**
   * Lets estimates be refined, too.
   *
   * @param cheap the network that refines them
   * @param completed makes a refined estimate of what that network gives
   */
  public Rescorer refining(
      LoadedModel cheap, ScoringOptions options, UnaryOperator<RegionScores> completed) {
    stages.put(Fidelity.REFINED, new Stage(cheap, options, completed));
    return this;
  }

  /**
   * Scores until no image left matters.
   *
   * @param order knows something of all images of the pool and of no others; is told the results
   * @param journal takes each new result, in the order they are asked for
   * @param progress told after each new result how many there are, refined and exact ones, and in
   *     words how many of each; how many it will take nobody knows before the end
   * @throws dev.flipside.models.domain.FlipsideException as {@link PoolScorer#score}
   */
  public void rescore(
      Pool pool, RescoringOrder order, RescoringJournal journal, Progress progress) {
    Map<String, PoolImage> images = new LinkedHashMap<>();
    pool.images().forEach(image -> images.put(image.id(), image));
    Map<Fidelity, SessionPool> sessions = new EnumMap<>(Fidelity.class);
    stages.keySet().forEach(fidelity -> sessions.put(fidelity, new SessionPool()));
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
            throw new IllegalArgumentException(id + ": asked for, but not in the pool");
          } else {
            missing.add(image);
          }
        }
        if (missing.isEmpty()) {
          continue;
        }
        new PoolScorer(stage.model, stage.options, sessions.get(fidelity))
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
      closeAll(sessions.values());
    }
  }

  private static void closeAll(Collection<SessionPool> sessions) {
    RuntimeException failure = null;
    for (SessionPool each : sessions) {
      try {
        each.close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e; // the others are closed all the same
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** How many results there are, and what is told of them. */
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

    /** An earlier run left a result. */
    void kept(Fidelity fidelity) {
      add(fidelity);
      progress.resumeAt(++earlier);
    }

    /** There is a new result. */
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
      throw new IllegalStateException("nothing here gives scores that are " + fidelity);
    }
    return stage;
  }
}
