package dev.flipside.models.scoring;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.OutputCard;
import dev.flipside.models.card.OutputMeaning;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.models.onnx.Subgraphs;
import java.util.Map;
import java.util.Objects;

/**
 * A mask classification model with its queries combined to one score for each class, as the papers
 * do for semantic segmentation (MaskFormer, Sec. 3.3; Mask2Former, EoMT and OneFormer likewise):
 * the masks are resized to the input, then {@code score_c = Σ_q softmax(classes)_qc ·
 * sigmoid(masks)_q}, without the class "no object". The scores are probabilities up to a factor.
 *
 * @param model the model with the combination as further nodes
 * @param card its card, for the combined scores
 */
record QueryMasks(OnnxModelFile model, ModelCard card) {
  private static final int QUERIES = 1;
  private static final int LAST = 2;

  /** Combines the queries of a model whose card has the meaning {@code QUERY_MASKS}. */
  static QueryMasks combined(OnnxModelFile model, ModelCard card) {
    GraphProto source = model.proto().getGraph();
    OnnxGraph graph =
        new OnnxGraph("queries", model.opset()).scope(Subgraphs.unusedPrefix(source, "queries"));
    OnnxOps ops = new OnnxOps(graph);
    String queries = Objects.requireNonNull(card.output().queryClasses());
    OnnxValue classes = ops.cast(new OnnxValue(queries), TensorType.FLOAT32);
    OnnxValue probabilities = graph.node("Softmax", Map.of("axis", (long) LAST), classes);
    OnnxValue objects = ops.slice(probabilities, LAST, 0, -1);

    int rows = card.input().layout() == TensorLayout.NCHW ? 2 : 1;
    OnnxValue input = ops.op("Shape", new OnnxValue(card.input().name()));
    OnnxValue size = ops.gather(input, 0, rows, rows + 1L);
    OnnxValue masks = ops.cast(new OnnxValue(card.output().name()), TensorType.FLOAT32);
    OnnxValue batchAndQueries = ops.gather(ops.op("Shape", masks), 0, 0, 1);
    OnnxValue large = ops.resizeLinear(masks, ops.concat(0, batchAndQueries, size));
    OnnxValue flat = ops.op("Reshape", relativeSigmoid(ops, large), ops.longs(0, 0, -1));
    OnnxValue sums = ops.op("MatMul", ops.transpose(objects, 0, 2, 1), flat);
    OnnxValue scores = ops.op("Reshape", sums, ops.concat(0, ops.longs(0, 0), size));

    GraphProto added = graph.toProto();
    ModelProto.Builder whole = model.proto().toBuilder();
    whole
        .getGraphBuilder()
        .addAllNode(added.getNodeList())
        .addAllInitializer(added.getInitializerList());
    OutputCard output =
        new OutputCard(
            scores.name(),
            TensorLayout.NCHW,
            OutputMeaning.PROBABILITIES,
            card.output().voidChannel());
    return new QueryMasks(
        model.with(whole.build()),
        new ModelCard(card.classes(), card.input(), output, card.provenance(), card.licence()));
  }

  /**
   * Returns the sigmoid of mask logits, divided at each pixel by that of the largest, which
   * normalization over the classes cancels. In logarithms, {@code ln sigmoid(x) = min(x, 0) - ln(1
   * + exp(-|x|))}, because masks far from every object underflow, and ONNX Runtime's Sigmoid is
   * constant below -18.
   */
  private static OnnxValue relativeSigmoid(OnnxOps ops, OnnxValue x) {
    OnnxValue tail = ops.op("Exp", ops.op("Neg", ops.op("Abs", x)));
    OnnxValue correction = ops.op("Log", ops.op("Add", ops.scalar(1), tail));
    OnnxValue logarithm = ops.op("Sub", ops.op("Min", x, ops.scalar(0)), correction);
    return ops.op("Exp", ops.op("Sub", logarithm, ops.reduceMax(logarithm, QUERIES, true)));
  }
}
