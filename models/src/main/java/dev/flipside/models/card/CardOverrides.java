package dev.flipside.models.card;

import dev.flipside.models.domain.ClassMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Card fields specified by the user. Null leaves a field to the card or to inspection.
 *
 * @param classes classes in the order of the output channels
 * @param inputLayout order of the input axes
 * @param channels order of the color channels
 * @param scale factor for raw values 0 to 255
 * @param mean a value for each channel, in channel order
 * @param std a value for each channel, in channel order
 * @param output name of the segmentation output
 * @param outputMeaning kind of the output values
 * @param voidChannel output channel of void
 * @param bands bands of image files that are the channels
 * @param size how images become an input of a size that the model accepts
 */
public record CardOverrides(
    @Nullable ClassMap classes,
    @Nullable TensorLayout inputLayout,
    @Nullable ChannelOrder channels,
    @Nullable Float scale,
    @Nullable List<Float> mean,
    @Nullable List<Float> std,
    @Nullable String output,
    @Nullable OutputMeaning outputMeaning,
    @Nullable Integer voidChannel,
    @Nullable PixelFormat bands,
    @Nullable SizeRule size) {
  /** No overrides. */
  public static final CardOverrides NONE =
      new CardOverrides(null, null, null, null, null, null, null, null, null);

  /** Creates overrides that leave bands and image size to the card or to inspection. */
  public CardOverrides(
      @Nullable ClassMap classes,
      @Nullable TensorLayout inputLayout,
      @Nullable ChannelOrder channels,
      @Nullable Float scale,
      @Nullable List<Float> mean,
      @Nullable List<Float> std,
      @Nullable String output,
      @Nullable OutputMeaning outputMeaning,
      @Nullable Integer voidChannel) {
    this(
        classes,
        inputLayout,
        channels,
        scale,
        mean,
        std,
        output,
        outputMeaning,
        voidChannel,
        null,
        null);
  }
}
