package dev.flipside.models.scoring;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.Tensors;
import dev.flipside.models.shape.PartialTensor;
import dev.flipside.models.shape.ShapeInference;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a model is run for a request, after checking that it can be.
 *
 * @param opset opset of the model, at least 11
 * @param fixedBatch fixed batch size of the model, 0 if free
 * @param outputType element type of the output
 * @param outputSizes size of the output for sizes of the input, if known
 * @param types element types of the inputs of dropout nodes, if known
 */
record ForwardPlan(
    int opset,
    int fixedBatch,
    TensorType outputType,
    Map<ImageSize, ImageSize> outputSizes,
    Map<String, TensorType> types) {
  private static final long MOST_AT_ONCE = 4096;
  private static final Set<TensorType> FLOATING =
      EnumSet.of(TensorType.FLOAT32, TensorType.FLOAT16, TensorType.BFLOAT16, TensorType.FLOAT64);

  /**
   * Checks a model against a model card and a request.
   *
   * @throws FlipsideException if they do not match
   */
  static ForwardPlan of(OnnxModelFile model, ModelCard card, ScoringRequest request) {
    ModelProto proto = model.proto();
    int opset = model.opset();
    ValueInfoProto input =
        named(model, "input", card.input().name(), proto.getGraph().getInputList());
    ValueInfoProto output = output(model, card);
    requireInputType(model, card, input);
    int fixedBatch = declaredBatch(model, input);
    Map<ImageSize, ImageSize> outputSizes = new HashMap<>();
    Map<String, TensorType> types = new HashMap<>();
    Set<ImageSize> sizes = new HashSet<>();
    request.head().views().forEach(view -> sizes.add(view.viewSize(request.grid().image())));
    for (ImageSize view : sizes) {
      ImageSize seen = card.input().size().canvas(view).size();
      int batch = request.batch() * request.head().views().size();
      ShapeInference shapes = shapes(model, card, input, fixedBatch > 0 ? fixedBatch : batch, seen);
      if (fixedBatch == 0 && shapes.contradiction().isPresent()) {
        ShapeInference single = shapes(model, card, input, 1, seen);
        if (single.contradiction().isEmpty()) {
          // The batch is declared free, but a layer was traced with one image.
          fixedBatch = 1;
          shapes = single;
        }
      }
      outputSize(model, card, shapes).ifPresent(size -> outputSizes.put(seen, size));
      output = typed(output, shapes);
      addTypes(proto.getGraph(), shapes, types);
    }
    return new ForwardPlan(opset, fixedBatch, outputType(model, output), outputSizes, types);
  }

  /** Returns the graph output of a card, or the inner value that is read instead of an output. */
  private static ValueInfoProto output(OnnxModelFile model, ModelCard card) {
    GraphProto graph = model.proto().getGraph();
    String name = card.output().name();
    boolean declared = graph.getOutputList().stream().anyMatch(each -> each.getName().equals(name));
    boolean inner =
        graph.getNodeList().stream().anyMatch(node -> node.getOutputList().contains(name));
    return inner && !declared
        ? Tensors.declare(name, 0)
        : named(model, "output", name, graph.getOutputList());
  }

  /**
   * Completes the element type of an inner value. What has no known type is cast to float32, which
   * leaves a float32 value as it is.
   */
  private static ValueInfoProto typed(ValueInfoProto output, ShapeInference shapes) {
    int declared = output.getType().getTensorType().getElemType();
    int inferred = shapes.fact(output.getName()).map(PartialTensor::type).orElse(0);
    int type = inferred == 0 ? TensorType.FLOAT64.onnxCode() : inferred;
    return declared == 0 ? Tensors.declare(output.getName(), type) : output;
  }

  /** Returns the inferred output size; falls back to the declared one. */
  private static void addTypes(
      GraphProto graph, ShapeInference shapes, Map<String, TensorType> types) {
    for (NodeProto node : graph.getNodeList()) {
      if (GraphTemplate.isDropout(node)) {
        String read = node.getInput(0);
        for (ValueInfoProto each : graph.getValueInfoList()) {
          if (each.getName().equals(read)) {
            int declared = each.getType().getTensorType().getElemType();
            TensorType.ofOnnxCode(declared).ifPresent(type -> types.put(read, type));
          }
        }
        shapes
            .fact(read)
            .flatMap(fact -> TensorType.ofOnnxCode(fact.type()))
            .ifPresent(type -> types.put(read, type));
      }
    }
  }

  private static int declaredBatch(OnnxModelFile model, ValueInfoProto input) {
    var shape = input.getType().getTensorType().getShape();
    long batch = shape.getDimCount() == 0 ? 0 : Math.max(0, shape.getDim(0).getDimValue());
    if (batch > MOST_AT_ONCE) {
      throw new FlipsideException(
          model.name()
              + ": refused: a batch of "
              + batch
              + " is too large, expected at most "
              + MOST_AT_ONCE);
    }
    return (int) batch;
  }

  private static ShapeInference shapes(
      OnnxModelFile model, ModelCard card, ValueInfoProto input, int batch, ImageSize seen) {
    int channels = card.input().channelCount();
    long[] dims =
        card.input().layout() == TensorLayout.NCHW
            ? new long[] {batch, channels, seen.height(), seen.width()}
            : new long[] {batch, seen.height(), seen.width(), channels};
    ShapeInference shapes =
        ShapeInference.of(
            model.proto(),
            Map.of(
                input.getName(),
                PartialTensor.shaped(input.getType().getTensorType().getElemType(), dims)));
    shapes
        .excess()
        .ifPresent(
            tensor -> {
              throw new FlipsideException(
                  model.name()
                      + ": for "
                      + batch
                      + " views of "
                      + seen
                      + " it makes a tensor of more than "
                      + ShapeInference.MOST_ELEMENTS
                      + " elements: "
                      + tensor
                      + "; take a smaller batch or image, or do not use this model");
            });
    return shapes;
  }

  private static Optional<ImageSize> outputSize(
      OnnxModelFile model, ModelCard card, ShapeInference shapes) {
    Optional<PartialTensor> known = shapes.fact(card.output().name());
    if (known.isEmpty()) {
      return Optional.empty();
    }
    PartialTensor fact = known.get();
    if (fact.rank() != 4) {
      throw new FlipsideException(
          model.name()
              + ": output \""
              + card.output().name()
              + "\" has shape "
              + fact
              + ", expected 4 axes: batch, classes, rows and columns");
    }
    boolean channelsFirst = card.output().layout() == TensorLayout.NCHW;
    long channels = fact.dims()[channelsFirst ? 1 : 3];
    if (channels != PartialTensor.UNKNOWN && channels != card.outputChannels()) {
      throw new FlipsideException(
          model.name()
              + ": output \""
              + card.output().name()
              + "\" has "
              + channels
              + " channels, the card names "
              + card.classes().count()
              + " classes"
              + (card.output().voidChannel() == null ? "" : " and a void channel")
              + "; give --classes a map that fits, or --void-channel");
    }
    long height = fact.dims()[channelsFirst ? 2 : 1];
    long width = fact.dims()[channelsFirst ? 3 : 2];
    return height > 0 && width > 0
        ? Optional.of(new ImageSize((int) height, (int) width))
        : Optional.empty();
  }

  private static void requireInputType(OnnxModelFile model, ModelCard card, ValueInfoProto input) {
    int declared = input.getType().getTensorType().getElemType();
    if (declared != card.input().type().onnxCode()) {
      throw new FlipsideException(
          model.name()
              + ": input \""
              + input.getName()
              + "\" takes "
              + TensorType.ofOnnxCode(declared).map(Object::toString).orElse("type " + declared)
              + ", the card says "
              + card.input().type()
              + "; correct the card");
    }
  }

  private static TensorType outputType(OnnxModelFile model, ValueInfoProto output) {
    int declared = output.getType().getTensorType().getElemType();
    return TensorType.ofOnnxCode(declared)
        .filter(FLOATING::contains)
        .orElseThrow(
            () ->
                new FlipsideException(
                    model.name()
                        + ": output \""
                        + output.getName()
                        + "\" holds no scores (element type "
                        + declared
                        + "), expected floating point scores of every class; export the model"
                        + " without its final argmax"));
  }

  private static ValueInfoProto named(
      OnnxModelFile model, String what, String name, List<ValueInfoProto> values) {
    return values.stream()
        .filter(each -> each.getName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new FlipsideException(
                    model.name()
                        + ": the card names the "
                        + what
                        + " \""
                        + name
                        + "\", the model has "
                        + values.stream().map(ValueInfoProto::getName).toList()
                        + "; correct the card"));
  }
}
