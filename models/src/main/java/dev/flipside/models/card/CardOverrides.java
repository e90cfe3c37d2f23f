package dev.flipside.models.card;

import dev.flipside.models.domain.ClassMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user tells about a model by hand, field by field; null leaves a field to the card or to
 * inspection.
 *
 * @param classes classes in the order of the output channels
 * @param inputLayout order of the input's axes
 * @param channels order of the colour channels
 * @param scale factor on raw values 0 to 255
 * @param mean three values in the order of the channels
 * @param std three values in the order of the channels
 * @param output name of the segmentation output
 * @param outputMeaning what its numbers are
 * @param voidChannel output channel that stands for void
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
    @Nullable Integer voidChannel) {
  /** Nothing told by hand. */
  public static final CardOverrides NONE =
      new CardOverrides(null, null, null, null, null, null, null, null, null);
}
