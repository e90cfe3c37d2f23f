package dev.flipside.models.scoring;

import dev.flipside.models.card.Canvas;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Computes the logits of every view from raw images, at the size of the view. */
final class MultiViewForward {
  private static final float SMALLEST_PROBABILITY = Float.MIN_NORMAL;

  /** Replaces -infinity where a weight of 0 would make it NaN. Its exp is 0, too. */
  private static final float RULED_OUT = -1e30f;

  private static final long VIEW_SEED = 1_000_033;

  private final OnnxOps ops;
  private final Preprocessing front;
  private final ViewOps viewOps;
  private final GraphTemplate network;
  private final ForwardPlan plan;
  private final ModelCard card;
  private final ScoringRequest request;

  MultiViewForward(
      OnnxOps ops,
      GraphTemplate network,
      ForwardPlan plan,
      ModelCard card,
      ScoringRequest request) {
    this.ops = ops;
    this.front = new Preprocessing(ops, card.input());
    this.viewOps = new ViewOps(ops);
    this.network = network;
    this.plan = plan;
    this.card = card;
    this.request = request;
  }

  /**
   * Returns the logits of all views. Views of the same size are run as one batch.
   *
   * @param images {@code [B,H,W,C]}, of the type and channels of {@link
   *     dev.flipside.models.card.PixelFormat}
   * @param seeds int64 {@code [B]}, seeds of the dropout masks; not used in one pass
   */
  List<ViewBatch> logits(OnnxValue images, OnnxValue seeds) {
    ImageSize image = request.grid().image();
    Map<ImageSize, List<Transformation>> bySize = new LinkedHashMap<>();
    for (Transformation view : request.head().views()) {
      bySize.computeIfAbsent(view.viewSize(image), size -> new ArrayList<>()).add(view);
    }
    List<ViewBatch> batches = new ArrayList<>();
    bySize.forEach((size, views) -> batches.add(logits(images, seeds, views, size)));
    return batches;
  }

  private ViewBatch logits(
      OnnxValue images, OnnxValue seeds, List<Transformation> views, ImageSize size) {
    OnnxValue[] parts = new OnnxValue[views.size()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = viewOps.apply(views.get(i), images, 4, 1, request.grid().image());
    }
    int count = parts.length * request.batch();
    OnnxValue input = front.prepare(ops.concat(0, parts), count, size);
    List<OnnxValue> passes = new ArrayList<>();
    for (OnnxValue output : run(input, seeds(seeds, views), count)) {
      passes.add(readOut(output, count, size));
    }
    return new ViewBatch(views, size, passes);
  }

  /** Returns the seeds of all views, {@code [views * B]}; each view has masks of its own. */
  private OnnxValue seeds(OnnxValue seeds, List<Transformation> views) {
    if (request.head().passes() == 1) {
      return seeds;
    }
    OnnxValue[] parts = new OnnxValue[views.size()];
    for (int i = 0; i < parts.length; i++) {
      int view = request.head().views().indexOf(views.get(i));
      parts[i] = view == 0 ? seeds : ops.op("Add", seeds, ops.longScalar(VIEW_SEED * view));
    }
    return ops.concat(0, parts);
  }

  /** Returns the raw output of the model for every pass, {@code [count,…]}. */
  private List<OnnxValue> run(OnnxValue input, OnnxValue seeds, int count) {
    int atOnce = plan.fixedBatch();
    if (atOnce == 0 || atOnce == count) {
      return passes(input, seeds, count);
    }
    List<List<OnnxValue>> parts = new ArrayList<>();
    for (int from = 0; from < count; from += atOnce) {
      OnnxValue some = request.head().passes() == 1 ? seeds : portion(seeds, from, atOnce, count);
      parts.add(passes(portion(input, from, atOnce, count), some, atOnce));
    }
    List<OnnxValue> whole = new ArrayList<>();
    for (int pass = 0; pass < request.head().passes(); pass++) {
      int each = pass;
      OnnxValue joined =
          ops.concat(0, parts.stream().map(part -> part.get(each)).toArray(OnnxValue[]::new));
      whole.add(count % atOnce == 0 ? joined : ops.slice(joined, 0, 0, count));
    }
    return whole;
  }

  /** Returns a slice of the batch; the last row is repeated behind its end. */
  private OnnxValue portion(OnnxValue input, int from, int length, int count) {
    if (from + length <= count) {
      return ops.slice(input, 0, from, from + (long) length);
    }
    long[] rows = new long[length];
    for (int i = 0; i < length; i++) {
      rows[i] = Math.min(from + i, count - 1);
    }
    return ops.gather(input, 0, rows);
  }

  private List<OnnxValue> passes(OnnxValue input, OnnxValue seeds, int rows) {
    int passes = request.head().passes();
    return passes == 1
        ? List.of(network.copy(input))
        : network.stochasticCopies(input, passes, seeds, rows);
  }

  /**
   * Returns the logits of the classes without the void channel, float32 {@code [count,C,H,W]}, at
   * the size of the view.
   */
  private OnnxValue readOut(OnnxValue output, int count, ImageSize size) {
    OnnxValue x =
        plan.outputType() == TensorType.FLOAT32 ? output : ops.cast(output, TensorType.FLOAT32);
    if (card.output().layout() == TensorLayout.NHWC) {
      x = ops.transpose(x, 0, 3, 1, 2);
    }
    x = withoutVoid(x);
    x = logits(x);
    Canvas canvas = card.input().size().canvas(size);
    ImageSize target = canvas.isPadded() ? canvas.size() : size;
    if (!target.equals(plan.outputSizes().get(canvas.size()))) {
      x = resized(x, count, target);
    }
    if (canvas.isPadded()) {
      x = part(x, 2, canvas.top(), canvas.content().height(), target.height());
      x = part(x, 3, canvas.left(), canvas.content().width(), target.width());
      x = canvas.content().equals(size) ? x : resized(x, count, size);
    }
    // Softmax over 0 and x is 1 - sigmoid(x) and sigmoid(x).
    return card.output().meaning().isForeground()
        ? ops.concat(1, ops.op("Mul", x, ops.scalar(0)), x)
        : x;
  }

  private OnnxValue resized(OnnxValue x, int count, ImageSize size) {
    return ops.resizeLinear(finite(x), count, scoredChannels(), size.height(), size.width());
  }

  private OnnxValue part(OnnxValue x, int axis, int from, int length, int whole) {
    return length == whole ? x : ops.slice(x, axis, from, (long) from + length);
  }

  private int scoredChannels() {
    return card.output().meaning().isForeground() ? 1 : card.classes().count();
  }

  /** Converts the values of the output to logits; see {@link Distribution#of}. */
  private OnnxValue logits(OnnxValue x) {
    return switch (card.output().meaning()) {
      case PROBABILITIES -> logarithm(x);
      case SIGMOID, FOREGROUND_PROBABILITY ->
          ops.op("Sub", logarithm(x), logarithm(ops.op("Sub", ops.scalar(1), x)));
      default -> x;
    };
  }

  private OnnxValue withoutVoid(OnnxValue x) {
    Integer voidChannel = card.output().voidChannel();
    if (voidChannel == null) {
      return x;
    }
    int classes = card.classes().count();
    if (voidChannel == classes) {
      return ops.slice(x, 1, 0, classes);
    }
    long[] kept = new long[classes];
    for (int i = 0; i < classes; i++) {
      kept[i] = i < voidChannel ? i : i + 1L;
    }
    return ops.gather(x, 1, kept);
  }

  /**
   * Converts probabilities to logits. Softmax over the remaining classes restores them, and linear
   * interpolation is that of logits. NaN is kept.
   */
  private OnnxValue logarithm(OnnxValue probabilities) {
    return ops.op(
        "Where",
        ops.op("Less", probabilities, ops.scalar(SMALLEST_PROBABILITY)),
        ops.scalar((float) Math.log(SMALLEST_PROBABILITY)),
        ops.op("Log", probabilities));
  }

  private OnnxValue finite(OnnxValue logits) {
    OnnxValue ruledOut = ops.graph().node("IsInf", Map.of("detect_positive", 0L), logits);
    return ops.op("Where", ruledOut, ops.scalar(RULED_OUT), logits);
  }
}
