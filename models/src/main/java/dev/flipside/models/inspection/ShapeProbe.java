package dev.flipside.models.inspection;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.shape.PartialTensor;
import dev.flipside.models.shape.ShapeInference;
import java.util.Map;

/** Infers the shapes of a model for one image size without running it. */
final class ShapeProbe {
  private static final long MOST_FOR_A_SMALL_IMAGE = 1L << 30;

  private final String name;
  private final ModelProto model;
  private final TensorInfo input;

  ShapeProbe(String name, ModelProto model, TensorInfo input) {
    this.name = name;
    this.model = model;
    this.input = input;
  }

  /**
   * Infers shapes for one batch. A size that the model declares takes precedence over {@code size}.
   */
  ShapeInference at(TensorLayout layout, ImageSize size) {
    int rows = layout == TensorLayout.NCHW ? 2 : 1;
    long batch = Math.max(1, input.fixed(0));
    long height = input.fixed(rows) > 0 ? input.fixed(rows) : size.height();
    long width = input.fixed(rows + 1) > 0 ? input.fixed(rows + 1) : size.width();
    int channels = input.channels();
    long[] dims =
        layout == TensorLayout.NCHW
            ? new long[] {batch, channels, height, width}
            : new long[] {batch, height, width, channels};
    // Images of a size chosen here are small; a huge tensor for one of them indicates a malicious
    // model.
    boolean fixed = input.fixed(rows) > 0 && input.fixed(rows + 1) > 0;
    long most =
        fixed
            ? ShapeInference.MOST_ELEMENTS
            : Math.min(ShapeInference.MOST_ELEMENTS, batch * MOST_FOR_A_SMALL_IMAGE);
    ShapeInference shapes =
        ShapeInference.of(
            model, Map.of(input.name(), PartialTensor.shaped(input.typeCode(), dims)), most);
    shapes
        .excess()
        .ifPresent(
            tensor -> {
              throw new FlipsideException(
                  name
                      + ": refused: for an image of "
                      + size
                      + " it makes a tensor of more than "
                      + most
                      + " elements: "
                      + tensor);
            });
    return shapes;
  }
}
