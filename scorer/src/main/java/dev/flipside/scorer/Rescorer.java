package dev.flipside.scorer;

import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.selection.ImageResult;
import dev.flipside.scorer.selection.RescoringOrder;
import dev.flipside.scorer.selection.ScoreSink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Scores exactly those images that an order asks for, with a network that is loaded once: the
 * second stage of a cascade, or the few images of a step that may have come to the top since they
 * were scored.
 */
public final class Rescorer {
  /** Between two looks at the bound; a few images run in one go keep the decoders busy. */
  private static final int IMAGES_AT_ONCE = 4;

  private final LoadedModel model;
  private final ScoringOptions options;

  /**
   * Nothing is loaded yet.
   *
   * @param model the exact network and its card
   */
  public Rescorer(LoadedModel model, ScoringOptions options) {
    this.model = model;
    this.options = options;
  }

  /**
   * Scores until no image left matters.
   *
   * @param order knows something of all images of the pool; is told the exact results
   * @param known results of an earlier run, by image; these are not scored again
   * @param sink takes each new result, in the order they are asked for
   * @param progress told after each image; of the total it is known only that it is no more
   * @throws dev.flipside.models.FlipsideException as {@link PoolScorer#score}
   */
  public void rescore(
      Pool pool,
      RescoringOrder order,
      Map<String, ImageResult> known,
      ScoreSink sink,
      Progress progress) {
    Map<String, PoolImage> images = new LinkedHashMap<>();
    pool.images().forEach(image -> images.put(image.id(), image));
    int atOnce = options.batch() * Math.max(1, IMAGES_AT_ONCE / options.batch());
    try (KeptSessions sessions = new KeptSessions()) {
      PoolScorer scorer = new PoolScorer(model, options, sessions);
      for (List<String> next = order.next(atOnce); !next.isEmpty(); next = order.next(atOnce)) {
        List<PoolImage> missing = new ArrayList<>();
        for (String image : next) {
          ImageResult before = known.get(image);
          PoolImage there = images.get(image);
          if (before != null) {
            order.exact(before);
          } else if (there != null) {
            missing.add(there);
          }
        }
        if (!missing.isEmpty()) {
          scorer.score(
              new Pool(pool.root(), missing),
              result -> {
                sink.accept(result);
                order.exact(result);
                progress.advance(order.exactCount(), images.size(), "at most");
              },
              Progress.NONE);
        }
      }
    }
  }
}
