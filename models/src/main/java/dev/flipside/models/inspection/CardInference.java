package dev.flipside.models.inspection;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ChannelOrder;
import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.OutputCard;
import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.evidence.Finding;
import dev.flipside.models.evidence.Findings;
import dev.flipside.models.metadata.MetadataHints;
import dev.flipside.models.metadata.ModelMetadata;
import dev.flipside.models.onnx.OnnxModelFile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Determines the card of a model. Precedence: user overrides, model card, graph analysis, defaults.
 *
 * @param card the resulting card
 * @param findings inferred fields with reasons, in the order of inference
 * @param stride input pixels per output pixel, 0 if unknown
 */
record CardInference(ModelCard card, List<Finding> findings, double stride) {
  private static final int LONGEST_LICENCE = 200;

  CardInference {
    findings = List.copyOf(findings);
  }

  /**
   * Determines the card.
   *
   * @param told external or embedded card, null if there is none
   * @param context what can be asked besides the graph
   * @throws FlipsideException if the model cannot be used, or a field must be specified by the user
   */
  static CardInference of(
      OnnxModelFile file,
      @Nullable ModelCard told,
      CardOverrides overrides,
      InspectionContext context) {
    file.opset();
    ModelProto proto = file.proto();
    Findings findings = new Findings();
    List<MetadataHints> hints = told == null ? ModelMetadata.of(file, context.folder()) : List.of();
    InputCard input =
        told == null
            ? new InputGuess(file, overrides, hints, findings).guess()
            : overridden(file, told.input(), overrides);
    TensorInfo image = image(file, input).withChannels(input.channelCount());
    if (told != null) {
      new InputFit(file.name(), proto, image).require(input);
    }
    OutputGuess outputs = new OutputGuess(file, overrides, input, image, findings);
    OutputGuess.Scores scores =
        told == null ? outputs.guess(context.runner()) : outputs.known(told.output());
    Integer voidChannel =
        overrides.voidChannel() != null || told == null
            ? overrides.voidChannel()
            : told.output().voidChannel();
    ClassMap classes =
        new ClassGuess(file.name(), told, overrides, hints, findings).guess(scores, voidChannel);
    try {
      OutputCard output =
          new OutputCard(
              scores.name(),
              told != null && overrides.output() == null ? told.output().layout() : scores.layout(),
              scores.meaning(),
              voidChannel,
              scores.queryClasses());
      ModelCard card =
          new ModelCard(
              classes,
              input,
              output,
              told == null ? null : told.provenance(),
              told == null ? licence(file) : told.licence());
      return new CardInference(card, findings.all(), scores.stride());
    } catch (IllegalArgumentException e) {
      throw new FlipsideException(file.name() + ": " + e.getMessage(), e);
    }
  }

  private static TensorInfo image(OnnxModelFile file, InputCard input) {
    List<TensorInfo> inputs = TensorInfo.inputs(file.proto().getGraph());
    return inputs.stream()
        .filter(each -> each.name().equals(input.name()))
        .findFirst()
        .orElseThrow(
            () ->
                new FlipsideException(
                    file.name()
                        + ": the card names the input \""
                        + input.name()
                        + "\", the model has "
                        + inputs
                        + "; correct the card"));
  }

  private static InputCard overridden(
      OnnxModelFile file, InputCard input, CardOverrides overrides) {
    PixelFormat bands = overrides.bands();
    ChannelOrder told = bands == null ? overrides.channels() : ChannelOrder.BANDS;
    ChannelOrder channels = told == null ? input.channels() : told;
    boolean swapped = isSwap(channels, input.channels());
    PixelFormat kept = channels == ChannelOrder.BANDS ? input.pixels() : PixelFormat.RGB;
    try {
      return new InputCard(
          input.name(),
          overrides.inputLayout() == null ? input.layout() : overrides.inputLayout(),
          input.type(),
          channels,
          overrides.scale() == null ? input.scale() : overrides.scale(),
          overrides.mean() == null ? ordered(input.mean(), swapped) : overrides.mean(),
          overrides.std() == null ? ordered(input.std(), swapped) : overrides.std(),
          overrides.size() == null ? input.size() : overrides.size(),
          bands == null ? kept : bands);
    } catch (IllegalArgumentException e) {
      throw new FlipsideException(file.name() + ": " + e.getMessage(), e);
    }
  }

  private static boolean isSwap(ChannelOrder one, ChannelOrder other) {
    return (one == ChannelOrder.RGB && other == ChannelOrder.BGR)
        || (one == ChannelOrder.BGR && other == ChannelOrder.RGB);
  }

  /**
   * Reverses per-channel values when the channel order is swapped, so that each stays with its
   * color.
   */
  private static List<Float> ordered(List<Float> values, boolean swapped) {
    List<Float> copy = new ArrayList<>(values);
    if (swapped) {
      Collections.reverse(copy);
    }
    return copy;
  }

  /** Returns the license that the metadata of a model name, or null. */
  private static @Nullable String licence(OnnxModelFile file) {
    return file.metadata("license")
        .or(() -> file.metadata("licence"))
        .filter(each -> !each.isBlank() && each.length() <= LONGEST_LICENCE)
        .orElse(null);
  }
}
