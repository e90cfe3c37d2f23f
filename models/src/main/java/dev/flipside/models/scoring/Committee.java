package dev.flipside.models.scoring;

import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.OutputMeaning;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.models.scoring.measure.Distribution;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Measures that compare the class distributions of a pixel in all views and passes. With {@code
 * p_m} the distribution of member m, vote entropy is the entropy of the mean vote, and mutual
 * information (between views: the Jensen-Shannon divergence) is {@code H(mean p_m) - mean H(p_m)}.
 */
final class Committee {
  private static final int CLASSES = 1;
  private static final int ROWS = 2;

  private final OnnxOps ops;
  private final ViewOps viewOps;
  private final ClassMap classes;
  private final OutputMeaning meaning;
  private final ScoringRequest request;

  Committee(OnnxOps ops, ModelCard card, ScoringRequest request) {
    this.ops = ops;
    this.viewOps = new ViewOps(ops);
    this.classes = card.classes();
    this.meaning = card.output().meaning();
    this.request = request;
  }

  /** Returns the measure at every pixel of the image, {@code [B,1,H,W]}, in nats. */
  OnnxValue measure(List<ViewBatch> batches) {
    boolean votes = request.head().measure() == UncertaintyMeasure.VOTE_ENTROPY;
    OnnxValue sum = null;
    OnnxValue entropies = null;
    int members = 0;
    for (ViewBatch batch : batches) {
      for (OnnxValue logits : batch.passes()) {
        Distribution all = Distribution.of(ops, logits, meaning);
        OnnxValue opinions = votes ? all.vote(classes.count()) : all.probabilities();
        OnnxValue entropy = votes ? null : all.entropy();
        for (int i = 0; i < batch.views().size(); i++) {
          Transformation view = batch.views().get(i);
          sum = plus(sum, unmirrored(view, inverted(batch, opinions, i)));
          if (entropy != null) {
            entropies = plus(entropies, inverted(batch, entropy, i));
          }
          members++;
        }
      }
    }
    if (sum == null) {
      throw new IllegalStateException("no views");
    }
    OnnxValue count = ops.scalar(members);
    OnnxValue ofMean = Distribution.entropyOf(ops, ops.op("Div", sum, count), meaning);
    return entropies == null
        ? ofMean
        : notNegative(ops.op("Sub", ofMean, ops.op("Div", entropies, count)));
  }

  private OnnxValue plus(@Nullable OnnxValue sum, OnnxValue next) {
    return sum == null ? next : ops.op("Add", sum, next);
  }

  private OnnxValue inverted(ViewBatch batch, OnnxValue whole, int view) {
    ImageSize image = request.grid().image();
    OnnxValue part = batch.part(ops, whole, view, request.batch());
    return viewOps.invert(batch.views().get(view), part, 4, ROWS, image);
  }

  /** Swaps the classes that depend on the side in a mirrored view. */
  private OnnxValue unmirrored(Transformation view, OnnxValue opinions) {
    if (!(view instanceof Transformation.HorizontalFlip) || !classes.swapsUnderFlip()) {
      return opinions;
    }
    List<Integer> permutation = classes.flipPermutation();
    return ops.gather(
        opinions,
        CLASSES,
        IntStream.range(0, permutation.size()).mapToLong(permutation::get).toArray());
  }

  /** Replaces values slightly below 0, caused by rounding, with 0. NaN is kept. */
  private OnnxValue notNegative(OnnxValue x) {
    OnnxValue zero = ops.scalar(0);
    return ops.op("Where", ops.op("Less", x, zero), zero, x);
  }
}
