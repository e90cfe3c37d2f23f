package dev.flipside.models.inspection;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ChannelOrder;
import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.OutputCard;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.onnx.OnnxModelFile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Determines the card of a model. Precedence: user overrides, model card, graph analysis, defaults.
 *
 * @param card the resulting card
 * @param guesses inferred fields with reasons, in the order of inference
 * @param stride input pixels per output pixel, 0 if unknown
 */
record CardInference(ModelCard card, List<Guess> guesses, double stride) {
  private static final int MOST_CLASSES = 255;

  CardInference {
    guesses = List.copyOf(guesses);
  }

  /**
   * Determines the card.
   *
   * @param told external or embedded card, null if there is none
   * @throws FlipsideException if the model cannot be used, or a field must be specified by the user
   */
  static CardInference of(OnnxModelFile file, @Nullable ModelCard told, CardOverrides overrides) {
    file.opset();
    ModelProto proto = file.proto();
    List<Guess> guesses = new ArrayList<>();
    InputCard input =
        told == null
            ? new InputGuess(file.name(), proto, overrides, guesses).guess()
            : overridden(file, told.input(), overrides);
    TensorInfo image = image(file, input);
    if (told != null) {
      new InputFit(file.name(), proto, image).require(input);
    }
    OutputGuess outputs = new OutputGuess(file.name(), proto, overrides, input, image, guesses);
    OutputGuess.Scores scores;
    if (told == null) {
      scores = outputs.guess();
    } else {
      OutputCard output = told.output();
      scores =
          outputs.known(
              overrides.output() == null ? output.name() : overrides.output(),
              overrides.outputMeaning() == null ? output.meaning() : overrides.outputMeaning());
    }
    Integer voidChannel =
        overrides.voidChannel() != null || told == null
            ? overrides.voidChannel()
            : told.output().voidChannel();
    ClassMap classes = classes(file, told, overrides, scores, voidChannel);
    try {
      OutputCard output =
          new OutputCard(
              scores.name(),
              told != null && overrides.output() == null ? told.output().layout() : scores.layout(),
              scores.meaning(),
              voidChannel);
      ModelCard card =
          new ModelCard(
              classes,
              input,
              output,
              told == null ? null : told.provenance(),
              told == null ? null : told.licence());
      return new CardInference(card, guesses, scores.stride());
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
    ChannelOrder channels = overrides.channels() == null ? input.channels() : overrides.channels();
    boolean swapped = channels != input.channels();
    try {
      return new InputCard(
          input.name(),
          overrides.inputLayout() == null ? input.layout() : overrides.inputLayout(),
          input.type(),
          channels,
          overrides.scale() == null ? input.scale() : overrides.scale(),
          overrides.mean() == null ? ordered(input.mean(), swapped) : overrides.mean(),
          overrides.std() == null ? ordered(input.std(), swapped) : overrides.std(),
          input.size());
    } catch (IllegalArgumentException e) {
      throw new FlipsideException(file.name() + ": " + e.getMessage(), e);
    }
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

  private static ClassMap classes(
      OnnxModelFile file,
      @Nullable ModelCard told,
      CardOverrides overrides,
      OutputGuess.Scores scores,
      @Nullable Integer voidChannel) {
    ClassMap classes = overrides.classes();
    if (classes == null && told != null) {
      classes = told.classes();
    }
    int extra = voidChannel == null ? 0 : 1;
    long channels = scores.channels();
    String output = file.name() + ": output \"" + scores.name() + "\"";
    if (classes == null) {
      if (channels < 0) {
        throw new FlipsideException(
            output
                + ": the number of classes cannot be worked out from the graph; give it with"
                + " --classes N or --classes FILE");
      }
      if (channels == 1) {
        throw new FlipsideException(
            output
                + " has a single channel, the foreground of two classes; export a channel for each"
                + " class, two logits or [1 - p, p]");
      }
      if (channels - extra < 2 || channels - extra > MOST_CLASSES) {
        throw new FlipsideException(
            output
                + " has "
                + channels
                + " channels, expected 2 to 255, one for every class; choose another output with"
                + " --output, or tell what it is with --classes");
      }
      return ClassMap.unnamed(Math.toIntExact(channels - extra));
    }
    if (channels > 0 && channels != classes.count() + extra) {
      throw new FlipsideException(
          output
              + " has "
              + channels
              + " channels, the class map names "
              + classes.count()
              + (extra == 1 ? " and there is a void channel" : "")
              + "; give --classes a map with "
              + (channels - extra)
              + " names"
              + (extra == 0 && channels == classes.count() + 1
                  ? ", or --void-channel I if channel I stands for void"
                  : ""));
    }
    return classes;
  }
}
