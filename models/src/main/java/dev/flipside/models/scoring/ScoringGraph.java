package dev.flipside.models.scoring;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.OutputMeaning;
import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.models.onnx.Subgraphs;
import dev.flipside.models.onnx.Tensors;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A segmentation model extended with preprocessing and scoring, as one ONNX model. Input {@value
 * #INPUT}: raw RGB, uint8 {@code [B,H,W,3]}, or the bands that the card lists, {@code [B,H,W,n]} in
 * the type of its {@link PixelFormat}. Output {@value #SCORES}: the mean of the measure over each
 * region, float32 {@code [B,rows,cols]}, for entropies in nats. Further outputs: the requested
 * diagnostic maps. Batch size and image size are constants of the graph.
 *
 * <p>A pixel whose logits contain NaN or +infinity makes the score of its region NaN. Nodes and
 * constants of the user's graph are copied unchanged, without those that the chosen output does not
 * need. New names have a prefix that no name of the user's graph has. Tensors in external files are
 * included, so the whole graph must be smaller than 2 GiB.
 */
public final class ScoringGraph {
  /** Name of the input. */
  public static final String INPUT = "images";

  /**
   * Name of the second input of a graph with several passes: seeds of the dropout masks, int64
   * {@code [B]}, 0 to 2³¹ − 2. An image has the same masks in every batch.
   */
  public static final String SEEDS = "dropout_seeds";

  /** Name of the output with the region scores. */
  public static final String SCORES = "region_scores";

  private static final int SMALLEST_IR_VERSION = 7;

  /**
   * Largest IR version to declare. Runtimes refuse versions that they do not know, and the graph
   * contains nothing that was added later.
   */
  private static final int LARGEST_IR_VERSION = 13;

  private final ModelProto proto;
  private final ScoringRequest request;
  private final PixelFormat pixels;

  private ScoringGraph(ModelProto proto, ScoringRequest request, PixelFormat pixels) {
    this.proto = proto;
    this.request = request;
    this.pixels = pixels;
  }

  /**
   * Builds the scoring graph of a model.
   *
   * @param model the model; not modified
   * @param card its model card
   * @param request images, head and diagnostic maps
   * @throws FlipsideException if the model contradicts the card, has an opset older than 11, or
   *     lacks what the head needs
   */
  public static ScoringGraph graft(OnnxModelFile model, ModelCard card, ScoringRequest request) {
    if (card.output().meaning() == OutputMeaning.QUERY_MASKS) {
      QueryMasks combined = QueryMasks.combined(model, card);
      return graftScores(combined.model(), combined.card(), request);
    }
    return graftScores(model, card, request);
  }

  /** Builds the scoring graph of a model with one value that holds the scores of all classes. */
  private static ScoringGraph graftScores(
      OnnxModelFile model, ModelCard card, ScoringRequest request) {
    ModelProto proto = model.proto();
    ForwardPlan plan = ForwardPlan.of(model, card, request);
    GraphProto source = proto.getGraph();
    OnnxGraph graph = new OnnxGraph(source.getName() + " with region scores", plan.opset());
    OnnxGraph scope = graph.scope(Subgraphs.unusedPrefix(source, "flipside"));
    RegionGrid grid = request.grid();
    ImageSize image = grid.image();
    PixelFormat pixels = card.input().pixels();
    OnnxValue images =
        graph.input(
            INPUT,
            pixels.type(),
            request.batch(),
            image.height(),
            image.width(),
            pixels.channels());
    GraphTemplate network =
        new GraphTemplate(
            scope.scope("network"),
            source,
            card.input().name(),
            card.output().name(),
            outputs(),
            plan.types());
    if (request.head().passes() > 1 && !network.hasDropout()) {
      throw new FlipsideException(
          model.name()
              + ": "
              + request.head().passes()
              + " stochastic passes need a graph with dropout, this one has none; export the model"
              + " in training mode, which keeps its dropout, or compare views instead");
    }
    OnnxOps ops = new OnnxOps(scope);
    MultiViewForward body = new MultiViewForward(ops, network, plan, card, request);
    OnnxValue seeds =
        request.head().passes() == 1
            ? OnnxValue.ABSENT
            : graph.input(SEEDS, TensorType.INT64, request.batch());
    ScoringHead head = ScoringHead.of(ops, body.logits(images, seeds), card, request);
    scope.output(
        SCORES, head.regionScores(), TensorType.FLOAT32, request.batch(), grid.rows(), grid.cols());
    for (DiagnosticMap picture : request.pictures()) {
      ImageSize size = picture.size(image);
      scope.output(
          picture.output(),
          head.picture(picture),
          picture.type(),
          request.batch(),
          size.height(),
          size.width());
    }
    return new ScoringGraph(proto(model, graph), request, pixels);
  }

  /**
   * Returns the model for an ONNX runtime. Its constants are shared with the user's model, not
   * copied.
   */
  public ModelProto proto() {
    return proto;
  }

  /**
   * Returns the same model with inner float32 values of the user's graph as further outputs; those
   * of the first copy, if views of different sizes need several.
   *
   * @param values names in the user's graph
   */
  public ModelProto observing(Collection<String> values) {
    ModelProto.Builder model = proto.toBuilder();
    for (String value : values) {
      model.getGraphBuilder().addOutput(Tensors.declare(value, TensorType.FLOAT32.onnxCode()));
    }
    return model.build();
  }

  /** Returns the request for which the graph was built. */
  public ScoringRequest request() {
    return request;
  }

  /** Returns the format of the pixels of the input. */
  public PixelFormat pixels() {
    return pixels;
  }

  private static Set<String> outputs() {
    Set<String> names = new HashSet<>(List.of(INPUT, SEEDS, SCORES));
    for (DiagnosticMap picture : DiagnosticMap.values()) {
      names.add(picture.output());
    }
    return names;
  }

  /** Returns a graph as a model with the operator sets and functions of the user's model. */
  static ModelProto proto(OnnxModelFile model, OnnxGraph graph) {
    ModelProto proto = model.proto();
    ModelProto scoring =
        proto.toBuilder()
            .setIrVersion(
                Math.max(SMALLEST_IR_VERSION, Math.min(LARGEST_IR_VERSION, proto.getIrVersion())))
            .clearMetadataProps()
            .clearTrainingInfo()
            .setGraph(graph.toProto())
            .build();
    if (scoring.getSerializedSize() < 0) { // the number of bytes does not fit
      throw new FlipsideException(
          model.name()
              + ": with front and head it is larger than 2 GiB, the limit of the ONNX format; save"
              + " the weights as float16");
    }
    return scoring;
  }
}
