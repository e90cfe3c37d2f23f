package dev.flipside.models.scoring;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import dev.flipside.models.card.ModelCard;
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
 * A segmentation network with a front that takes raw images and a head that returns region scores,
 * as one ONNX model: input {@value #INPUT}, uint8 {@code [B,H,W,3]}, raw RGB; output {@value
 * #SCORES}, float32 {@code [B,rows,cols]}, the mean of the measure over each region, in nats where
 * it is an entropy; and the pictures asked for. Batch and image size are constants of the graph.
 *
 * <p>A pixel whose logits hold a NaN or +infinity makes the score of its region NaN. The user's
 * nodes and constants are taken over as they are, without what the chosen output does not need; new
 * names live under a prefix that the user's graph does not have. Tensors that the user's model
 * keeps in other files are part of the bytes, so model, copies and head stay under 2 GiB together.
 */
public final class ScoringGraph {
  /** Name of the only input. */
  public static final String INPUT = "images";

  /** Name of the output with the region scores. */
  public static final String SCORES = "region_scores";

  private static final int SMALLEST_IR_VERSION = 7;

  /** Runtimes refuse numbers they do not know; nothing that came later can be in a graph here. */
  private static final int LARGEST_IR_VERSION = 13;

  private final ModelProto proto;
  private final ScoringRequest request;

  private ScoringGraph(ModelProto proto, ScoringRequest request) {
    this.proto = proto;
    this.request = request;
  }

  /**
   * Builds the scoring graph of a network.
   *
   * @param model the network, not changed
   * @param card what it expects and returns
   * @param request images, head and pictures
   * @throws FlipsideException if the model does not have what the card says, its opset is older
   *     than 11, or it cannot do what the head needs
   */
  public static ScoringGraph graft(OnnxModelFile model, ModelCard card, ScoringRequest request) {
    ModelProto proto = model.proto();
    NetworkPlan plan = NetworkPlan.of(model, card, request);
    GraphProto source = proto.getGraph();
    OnnxGraph graph = new OnnxGraph(source.getName() + " with region scores", plan.opset());
    OnnxGraph scope = graph.scope(unusedName(source));
    RegionGrid grid = request.grid();
    ImageSize image = grid.image();
    OnnxValue images =
        graph.input(INPUT, TensorType.UINT8, request.batch(), image.height(), image.width(), 3);
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
    Head head = Head.of(ops, body.logits(images), card.classes(), request);
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
    return new ScoringGraph(proto(model, graph), request);
  }

  /** The model, for an ONNX runtime; its constants are those of the user's model, not copies. */
  public ModelProto proto() {
    return proto;
  }

  /**
   * The same model with inner values of the network as further outputs, of float32; those of the
   * first copy, where views of different sizes need several.
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

  /** What the graph was built for. */
  public ScoringRequest request() {
    return request;
  }

  private static Set<String> outputs() {
    Set<String> names = new HashSet<>(List.of(INPUT, SCORES));
    for (DiagnosticMap picture : DiagnosticMap.values()) {
      names.add(picture.output());
    }
    return names;
  }

  private static ModelProto proto(OnnxModelFile model, OnnxGraph graph) {
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

  /** A prefix that no name in the graph begins with. */
  private static String unusedName(GraphProto source) {
    Set<String> names = Subgraphs.names(source);
    String name = "flipside";
    for (int i = 1; startsAny(names, name + "/"); i++) {
      name = "flipside" + i;
    }
    return name;
  }

  private static boolean startsAny(Set<String> names, String prefix) {
    return names.stream().anyMatch(each -> each.startsWith(prefix));
  }
}
