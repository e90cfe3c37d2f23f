package dev.flipside.models.inspection;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ChannelOrder;
import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.card.SizeRule;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.evidence.Findings;
import dev.flipside.models.metadata.MetadataHints;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.preprocessing.GraphPreprocessing;
import dev.flipside.models.preprocessing.Normalization;
import dev.flipside.models.preprocessing.NormalizationGuess;
import java.util.List;
import java.util.Optional;

/** Infers the input section of a model card. */
final class InputGuess {
  private static final int MOST_AT_ONCE = 4096;

  private final String model;
  private final ModelProto proto;
  private final CardOverrides overrides;
  private final List<MetadataHints> hints;
  private final Findings findings;

  InputGuess(
      OnnxModelFile file, CardOverrides overrides, List<MetadataHints> hints, Findings findings) {
    this.model = file.name();
    this.proto = file.proto();
    this.overrides = overrides;
    this.hints = hints;
    this.findings = findings;
  }

  InputCard guess() {
    PixelFormat bands = overrides.bands();
    TensorInfo input = image().withChannels(bands == null ? 0 : bands.channels());
    TensorType type = type(input);
    TensorLayout layout = layout(input);
    Optional<GraphPreprocessing> inside =
        GraphPreprocessing.of(proto, input.name(), layout, input.channels());
    NormalizationGuess normalization =
        new NormalizationGuess(model, overrides, hints, inside, findings);
    ChannelOrder channels = normalization.channels(input.channels());
    Normalization found = normalization.guess(type == TensorType.UINT8, channels, input.channels());
    SizeRule size =
        new SizeGuess(model, proto, overrides, hints, findings)
            .guess(input, layout, normalization.rawZero(found));
    try {
      return new InputCard(
          input.name(),
          layout,
          type,
          channels,
          found.scale(),
          found.mean(),
          found.std(),
          size,
          bands == null ? PixelFormat.RGB : bands);
    } catch (IllegalArgumentException e) {
      throw new FlipsideException(model + ": " + e.getMessage(), e);
    }
  }

  private TensorInfo image() {
    List<TensorInfo> inputs = TensorInfo.inputs(proto.getGraph());
    if (inputs.size() != 1) {
      throw new FlipsideException(
          model
              + ": inputs "
              + inputs
              + ", expected a single one for the image; export the model so that everything else is"
              + " a constant");
    }
    TensorInfo input = inputs.get(0);
    if (input.rank() != 4 && input.rank() != -1) {
      throw new FlipsideException(
          model
              + ": input "
              + input
              + " has "
              + input.rank()
              + " axes, expected 4: batch, channels, rows and columns; export the model with a batch"
              + " axis");
    }
    if (input.fixed(0) > MOST_AT_ONCE) {
      throw new FlipsideException(
          model
              + ": refused: input "
              + input
              + " is too large: a batch of "
              + input.fixed(0)
              + ", expected at most "
              + MOST_AT_ONCE);
    }
    return input;
  }

  private TensorType type(TensorInfo input) {
    Optional<TensorType> type = TensorType.ofOnnxCode(input.typeCode());
    if (type.isEmpty() || !InputCard.TYPES.contains(type.get())) {
      throw new FlipsideException(
          model
              + ": input "
              + input
              + " takes "
              + input.typeName()
              + ", expected float32, float16, bfloat16 or uint8; export the model with one of these");
    }
    findings.found("input.type", input.typeName(), "declared");
    return type.get();
  }

  private TensorLayout layout(TensorInfo input) {
    TensorLayout told = overrides.inputLayout();
    if (told != null) {
      new InputFit(model, proto, input).requireLayout(told);
      return told;
    }
    int channels = input.channels();
    boolean first = input.fixed(1) == channels;
    boolean last = input.fixed(3) == channels;
    if (first != last) {
      TensorLayout layout = first ? TensorLayout.NCHW : TensorLayout.NHWC;
      String there = channels == 1 ? "its channel there" : "its " + channels + " channels there";
      findings.found("input.layout", layout.name(), "the declared shape has " + there);
      return layout;
    }
    boolean few = TensorInfo.isFew(input.fixed(1)) || TensorInfo.isFew(input.fixed(3));
    if (few && channels != input.told()) {
      throw noColors(input);
    }
    ShapeProbe probe = new ShapeProbe(model, proto, input);
    ImageSize size = new ImageSize(192, 320);
    boolean firstFails =
        fails(input.fixed(1), channels)
            || probe.at(TensorLayout.NCHW, size).contradiction().isPresent();
    boolean lastFails =
        fails(input.fixed(3), channels)
            || probe.at(TensorLayout.NHWC, size).contradiction().isPresent();
    if (firstFails != lastFails) {
      TensorLayout layout = lastFails ? TensorLayout.NCHW : TensorLayout.NHWC;
      findings.found("input.layout", layout.name(), "the first layers do not fit the other order");
      return layout;
    }
    if (firstFails
        && lastFails
        && (fails(input.fixed(1), channels) || fails(input.fixed(3), channels))) {
      throw noColors(input);
    }
    TensorLayout layout =
        proto.getProducerName().startsWith("tf") ? TensorLayout.NHWC : TensorLayout.NCHW;
    findings.assume(
        "input.layout",
        layout.name(),
        "usual for producer \"" + proto.getProducerName() + "\"; override with --input-layout");
    return layout;
  }

  private FlipsideException noColors(TensorInfo input) {
    return new FlipsideException(
        model
            + ": input "
            + input
            + " has neither 3 channels nor 1 first or last, and which axis holds the bands of images is"
            + " not clear; export it with dynamic rows and columns");
  }

  private static boolean fails(long length, int channels) {
    return length > 0 && length != channels;
  }
}
