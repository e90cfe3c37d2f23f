package dev.flipside.models.scoring;

import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.models.scoring.measure.Distribution;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Computes region scores and diagnostic maps from the logits of the views. */
final class ScoringHead {
  private static final int BLOCK = 8;
  private static final int CLASSES = 1;
  private static final int ROWS = 2;

  private final OnnxOps ops;
  private final ModelCard card;
  private final ScoringRequest request;
  private final ScoredPixels scored;
  private final ViewBatch first;
  private final OnnxValue uncertainty;

  private ScoringHead(
      OnnxOps ops,
      ModelCard card,
      ScoringRequest request,
      ScoredPixels scored,
      ViewBatch first,
      OnnxValue uncertainty) {
    this.ops = ops;
    this.card = card;
    this.request = request;
    this.scored = scored;
    this.first = first;
    this.uncertainty = uncertainty;
  }

  /** Computes the measure at every pixel. */
  static ScoringHead of(
      OnnxOps ops, List<ViewBatch> batches, ModelCard card, ScoringRequest request) {
    ScoredPixels scored = ScoredPixels.of(request);
    UncertaintyMeasure measure = request.head().measure();
    OnnxValue map =
        measure.comparesMembers()
            ? new Committee(ops, card, request).measure(batches)
            : sumOverViews(ops, batches, card, request);
    OnnxValue weighted = weighted(ops, map, batches.get(0), card, request);
    return new ScoringHead(ops, card, request, scored, batches.get(0), scored.only(ops, weighted));
  }

  /** Returns the region scores, float32 {@code [B,rows,cols]}. */
  OnnxValue regionScores() {
    OnnxValue means = new RegionMeans(ops).of(uncertainty, request.grid());
    return ops.squeeze(scored.perScoredPixel(ops, means), CLASSES);
  }

  /** Returns one of the diagnostic maps. */
  OnnxValue picture(DiagnosticMap picture) {
    return switch (picture) {
      case UNCERTAINTY -> ops.squeeze(uncertainty, CLASSES);
      case ARGMAX -> ops.cast(bestClass(ops, first, card, request), TensorType.UINT8);
      case CONFIDENCE -> ops.squeeze(confidence(), CLASSES);
    };
  }

  private static OnnxValue sumOverViews(
      OnnxOps ops, List<ViewBatch> batches, ModelCard card, ScoringRequest request) {
    ViewOps viewOps = new ViewOps(ops);
    List<OnnxValue> maps = new ArrayList<>();
    for (ViewBatch batch : batches) {
      Distribution distribution =
          Distribution.of(ops, batch.passes().get(0), card.output().meaning());
      OnnxValue all =
          switch (request.head().measure()) {
            case MARGIN -> distribution.margin(card.classes().count());
            case LEAST_CONFIDENCE -> distribution.leastConfidence();
            default -> distribution.entropy();
          };
      for (int view = 0; view < batch.views().size(); view++) {
        OnnxValue map = batch.part(ops, all, view, request.batch());
        maps.add(viewOps.invert(batch.views().get(view), map, 4, ROWS, request.grid().image()));
      }
    }
    return maps.stream().reduce((a, b) -> ops.op("Add", a, b)).orElseThrow();
  }

  /** Multiplies the measure by the weight of the predicted class. */
  private static OnnxValue weighted(
      OnnxOps ops, OnnxValue map, ViewBatch first, ModelCard card, ScoringRequest request) {
    List<Float> weights = request.classWeights();
    if (weights.isEmpty()) {
      return map;
    }
    if (weights.size() != card.classes().count()) {
      throw new FlipsideException(
          weights.size()
              + " class weights for a model of "
              + card.classes().count()
              + " classes; give one for each, in the order of its class map");
    }
    float[] values = new float[weights.size()];
    for (int id = 0; id < values.length; id++) {
      values[id] = weights.get(id);
    }
    OnnxValue table = ops.floats(values, values.length);
    OnnxValue factors =
        ops.graph().node("Gather", Map.of("axis", 0L), table, bestClass(ops, first, card, request));
    return ops.op("Mul", map, ops.unsqueeze(factors, CLASSES));
  }

  /**
   * Returns the predicted class, int64 {@code [B,H,W]}; with several passes, the class of the
   * largest mean probability.
   */
  private static OnnxValue bestClass(
      OnnxOps ops, ViewBatch first, ModelCard card, ScoringRequest request) {
    List<OnnxValue> passes = new ArrayList<>();
    for (OnnxValue pass : first.passes()) {
      OnnxValue logits = first.part(ops, pass, 0, request.batch());
      passes.add(
          first.passes().size() == 1
              ? logits
              : Distribution.of(ops, logits, card.output().meaning()).probabilities());
    }
    OnnxValue sum = passes.stream().reduce((a, b) -> ops.op("Add", a, b)).orElseThrow();
    return ops.graph().node("ArgMax", Map.of("axis", (long) CLASSES, "keepdims", 0L), sum);
  }

  private OnnxValue confidence() {
    List<OnnxValue> passes = new ArrayList<>();
    for (OnnxValue pass : first.passes()) {
      passes.add(
          Distribution.of(ops, first.part(ops, pass, 0, request.batch()), card.output().meaning())
              .confidence());
    }
    OnnxValue sum = passes.stream().reduce((a, b) -> ops.op("Add", a, b)).orElseThrow();
    OnnxValue mean = ops.op("Div", sum, ops.scalar(passes.size()));
    ImageSize image = request.grid().image();
    return new RegionMeans(ops).blocks(mean, image, BLOCK, BLOCK);
  }
}
