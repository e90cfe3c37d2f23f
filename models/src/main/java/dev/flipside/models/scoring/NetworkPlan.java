package dev.flipside.models.scoring;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.flipside.models.FlipsideException;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.vocab.ImageSize;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a network is to be run for a request, after checking that it can be.
 *
 * @param opset opset of the model, at least 11
 * @param fixedBatch how many views the network takes at once, 0 if any number
 * @param outputType element type of the output
 * @param outputSizes height and width of the output for sizes of the input, where they are known
 */
record NetworkPlan(
    int opset, int fixedBatch, TensorType outputType, Map<ImageSize, ImageSize> outputSizes) {
  private static final int OLDEST_OPSET = 11;
  private static final Set<TensorType> FLOATING =
      EnumSet.of(TensorType.FLOAT32, TensorType.FLOAT16, TensorType.FLOAT64);

  static NetworkPlan of(OnnxModelFile model, ModelCard card, ScoringRequest request) {
    long opset = ScoringGraph.opset(model.proto());
    if (opset < OLDEST_OPSET) {
      throw new FlipsideException(
          model.name()
              + ": opset "
              + opset
              + ", expected 11 or newer; export it again with opset 17");
    }
    ValueInfoProto input =
        named(model, "input", card.input().name(), model.proto().getGraph().getInputList());
    ValueInfoProto output =
        named(model, "output", card.output().name(), model.proto().getGraph().getOutputList());
    TensorShapeProto shape = input.getType().getTensorType().getShape();
    long batch = shape.getDimCount() == 0 ? 0 : Math.max(0, shape.getDim(0).getDimValue());
    TensorType outputType =
        TensorType.ofOnnxCode(output.getType().getTensorType().getElemType())
            .filter(type -> FLOATING.contains(type))
            .orElseThrow(
                () ->
                    new FlipsideException(
                        model.name()
                            + ": output \""
                            + output.getName()
                            + "\" holds no scores (element type "
                            + output.getType().getTensorType().getElemType()
                            + "), expected floating point scores of every class; export the model"
                            + " without its final argmax"));
    return new NetworkPlan(Math.toIntExact(opset), Math.toIntExact(batch), outputType, Map.of());
  }

  private static ValueInfoProto named(
      OnnxModelFile model, String what, String name, List<ValueInfoProto> values) {
    List<String> names = new ArrayList<>();
    for (ValueInfoProto each : values) {
      if (each.getName().equals(name)) {
        return each;
      }
      names.add(each.getName());
    }
    throw new FlipsideException(
        model.name()
            + ": the card names the "
            + what
            + " \""
            + name
            + "\", the model has "
            + names
            + "; correct the card");
  }
}
