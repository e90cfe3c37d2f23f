package dev.flipside.models.card;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Describes the input and output of a segmentation model. Stored as JSON in the ONNX metadata under
 * {@value #METADATA_KEY}, or in a separate file. The JSON Schema is {@code model-card.schema.json}.
 *
 * @param classes classes in the order of the output channels, without the void channel
 * @param input image input
 * @param output segmentation output
 * @param provenance origin of the model, null if unknown
 * @param licence license of the weights, null if unknown
 */
public record ModelCard(
    ClassMap classes,
    InputCard input,
    OutputCard output,
    @Nullable Provenance provenance,
    @Nullable String licence) {
  /** Metadata key of the card in an ONNX file. */
  public static final String METADATA_KEY = "flipside.card";

  /**
   * @throws IllegalArgumentException if the void channel is outside the output channels, or a
   *     single channel does not stand for two classes
   */
  public ModelCard {
    Integer voidChannel = output.voidChannel();
    if (voidChannel != null && voidChannel > classes.count()) {
      throw new IllegalArgumentException(
          "card: void channel "
              + voidChannel
              + ", expected 0 to "
              + classes.count()
              + " in an output of "
              + classes.count()
              + " classes and void");
    }
    if (output.meaning().isForeground() && classes.count() != 2) {
      throw new IllegalArgumentException(
          "card: "
              + classes.count()
              + " classes for a single channel, expected 2, background and foreground");
    }
  }

  /**
   * Returns the card of a model trained by Flipside: input {@code input}, float32 {@code
   * [N,3,H,W]}, RGB scaled by 1/255 and normalized with the ImageNet mean and standard deviation,
   * any size; output {@code output}, logits {@code [N,C,H,W]}.
   */
  public static ModelCard trained(ClassMap classes, Provenance provenance) {
    return new ModelCard(
        classes,
        new InputCard(
            "input",
            TensorLayout.NCHW,
            TensorType.FLOAT32,
            ChannelOrder.RGB,
            1f / 255,
            InputCard.IMAGENET_MEAN,
            InputCard.IMAGENET_STD,
            SizeRule.FREE),
        new OutputCard("output", TensorLayout.NCHW, OutputMeaning.LOGITS, null),
        provenance,
        null);
  }

  /**
   * Returns the size to which images were resized in training, if the card tells. Empty if the
   * model reduces images itself: it expects them as they are.
   */
  public Optional<ImageSize> trainedSize() {
    if (provenance == null || provenance.plan().containsKey("reduction")) {
      return Optional.empty();
    }
    String size = provenance.plan().get("size");
    try {
      return Optional.ofNullable(size).map(ImageSize::parse);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // the plan of another program
    }
  }

  /**
   * Returns the number of output channels: the classes, plus one if there is a void channel; one if
   * only the foreground has a channel.
   */
  public int outputChannels() {
    return output.meaning().isForeground()
        ? 1
        : classes.count() + (output.voidChannel() == null ? 0 : 1);
  }

  /** Returns this card with another rule for image sizes. */
  public ModelCard withInputSize(SizeRule size) {
    return new ModelCard(classes, input.withSize(size), output, provenance, licence);
  }

  /** Returns the card as indented JSON. */
  public String toJson() {
    return CardJson.write(this);
  }

  /**
   * Reads a card from JSON.
   *
   * @param json the text
   * @param source origin of the text, used in error messages
   * @throws FlipsideException if the text is not a valid card; the message names the field
   */
  public static ModelCard fromJson(String json, String source) {
    return CardJson.read(json, source);
  }
}
