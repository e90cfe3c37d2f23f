package dev.flipside.models.card;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a segmentation network expects and returns. Travels as JSON inside the ONNX file, under the
 * metadata key {@value #METADATA_KEY}, or beside a model from elsewhere; the form is published as
 * the JSON Schema {@code model-card.schema.json}.
 *
 * @param classes the classes, in the order of the output channels without the void channel
 * @param input the image tensor
 * @param output the segmentation output
 * @param provenance where the model comes from, null if unknown
 * @param licence licence of the weights, null if unknown
 */
public record ModelCard(
    ClassMap classes,
    InputCard input,
    OutputCard output,
    @Nullable Provenance provenance,
    @Nullable String licence) {
  /** Key of the card in the metadata of an ONNX file. */
  public static final String METADATA_KEY = "flipside.card";

  /**
   * @throws IllegalArgumentException if the void channel lies outside of the output's channels
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
  }

  /**
   * The card of a network that Flipside trains: input {@code input}, float32 {@code [N,3,H,W]}, RGB
   * by 1/255 and the mean and standard deviation of ImageNet, any size; output {@code output},
   * logits {@code [N,C,H,W]}.
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

  /** Returns the size to which images were resized in training, if the card tells. */
  public Optional<ImageSize> trainedSize() {
    String size = provenance == null ? null : provenance.plan().get("size");
    try {
      return Optional.ofNullable(size).map(ImageSize::parse);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // the plan of another program
    }
  }

  /** Channels of the output: the classes, and void where it has a channel. */
  public int outputChannels() {
    return classes.count() + (output.voidChannel() == null ? 0 : 1);
  }

  /** The card as indented JSON. */
  public String toJson() {
    return CardJson.write(this);
  }

  /**
   * Reads a card.
   *
   * @param json the text
   * @param source where the text stands, for errors
   * @throws FlipsideException if the text is not JSON or not a card; names the field
   */
  public static ModelCard fromJson(String json, String source) {
    return CardJson.read(json, source);
  }
}
