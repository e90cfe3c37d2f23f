package dev.flipside.models.inspection;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.SizeRule;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import java.util.Optional;

/** Checks that a card or a user override for the image input agrees with the model. */
final class InputFit {
  private static final ImageSize USUAL = new ImageSize(192, 320);

  private final String model;
  private final ModelProto proto;
  private final TensorInfo input;

  InputFit(String model, ModelProto proto, TensorInfo input) {
    this.model = model;
    this.proto = proto;
    this.input = input;
  }

  /**
   * Checks the input section of a card.
   *
   * @throws FlipsideException if element type, layout or size differ from the model's
   */
  void require(InputCard card) {
    if (input.typeCode() != card.type().onnxCode()) {
      throw misfit("takes " + input.typeName() + ", the card says " + card.type());
    }
    if (card.channelCount() != input.channels()) {
      String said = card.pixels().isColor() ? card.channels().toString() : card.pixels().toString();
      throw misfit("has " + input.channels() + " channels, the card says " + said);
    }
    requireLayout(card.layout(), card.size().accepted(USUAL));
    requireSize(card.layout(), card.size(), "the card");
  }

  /**
   * Checks a rule for image sizes.
   *
   * @param source what says so
   * @throws FlipsideException if the declared size contradicts it
   */
  void requireSize(TensorLayout layout, SizeRule size, String source) {
    int rows = layout == TensorLayout.NCHW ? 2 : 1;
    long height = input.fixed(rows);
    long width = input.fixed(rows + 1);
    if (height < 0 && width < 0) {
      return;
    }
    Optional<ImageSize> only = size.only();
    if (only.isEmpty()
        || (height > 0 && height != only.get().height())
        || (width > 0 && width != only.get().width())) {
      throw new FlipsideException(
          model
              + ": input "
              + input
              + " has a fixed size, "
              + source
              + " says "
              + size
              + "; leave --input-size away, or correct the card");
    }
  }

  /**
   * Checks a layout specified by the user.
   *
   * @throws FlipsideException if the declared shape or the first layers contradict it
   */
  void requireLayout(TensorLayout layout) {
    requireLayout(layout, USUAL);
  }

  private void requireLayout(TensorLayout layout, ImageSize size) {
    boolean first = layout == TensorLayout.NCHW;
    TensorLayout other = first ? TensorLayout.NHWC : TensorLayout.NCHW;
    int channels = input.channels();
    long here = input.fixed(first ? 1 : 3);
    long there = input.fixed(first ? 3 : 1);
    if (here > 0 && here != channels) {
      throw misfit(
          "is told to be "
              + layout
              + ", but has "
              + here
              + " where "
              + named(channels)
              + " belong");
    }
    if (here < 0 && there == channels) {
      throw misfit(
          "is told to be " + layout + ", but its " + named(channels) + " lie as in " + other);
    }
    if (here < 0 && there < 0) {
      ShapeProbe probe = new ShapeProbe(model, proto, input);
      Optional<String> contradiction = probe.at(layout, size).contradiction();
      if (contradiction.isPresent() && probe.at(other, size).contradiction().isEmpty()) {
        throw misfit("is told to be " + layout + ", but then " + contradiction.get());
      }
    }
  }

  private static String named(int channels) {
    return channels == 1 ? "one channel" : channels + " channels";
  }

  private FlipsideException misfit(String what) {
    return new FlipsideException(
        model
            + ": input "
            + input
            + " "
            + what
            + "; leave --input-layout away, or correct the card");
  }
}
