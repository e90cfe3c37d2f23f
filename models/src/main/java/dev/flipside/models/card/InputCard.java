package dev.flipside.models.card;

import java.util.List;
import java.util.Set;

/**
 * The image input of a model. A raw value, from 0 to 255 or of bands of 16 bits to 65535, is
 * normalized to {@code (raw * scale - mean) / std}.
 *
 * @param name name of the graph input, not blank
 * @param layout order of the axes
 * @param type one of {@link #TYPES}
 * @param channels channels in their order
 * @param scale factor for raw values, positive and finite
 * @param mean a finite value for each of {@code channels}
 * @param std a positive value for each of {@code channels}
 * @param size accepted image sizes
 * @param pixels what is read from the files of images: chosen bands for {@code BANDS}, else RGB
 */
public record InputCard(
    String name,
    TensorLayout layout,
    TensorType type,
    ChannelOrder channels,
    float scale,
    List<Float> mean,
    List<Float> std,
    SizeRule size,
    PixelFormat pixels) {
  /** Element types that an input may have. */
  public static final Set<TensorType> TYPES =
      Set.of(TensorType.FLOAT32, TensorType.FLOAT16, TensorType.BFLOAT16, TensorType.UINT8);

  /** ImageNet mean of red, green and blue, on a scale of 0 to 1. */
  public static final List<Float> IMAGENET_MEAN = List.of(0.485f, 0.456f, 0.406f);

  /** ImageNet standard deviation of red, green and blue, on a scale of 0 to 1. */
  public static final List<Float> IMAGENET_STD = List.of(0.229f, 0.224f, 0.225f);

  /**
   * @throws IllegalArgumentException if a value is out of its range, a UINT8 input has a scale,
   *     mean or std other than 1, 0, 1, takes 16 bits or is padded with other values than bytes, or
   *     bands are missing or superfluous
   */
  public InputCard {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (name.isBlank()) {
      throw new IllegalArgumentException("card, input: name is blank, expected a graph input");
    }
    if (!TYPES.contains(type)) {
      throw new IllegalArgumentException(
          "card, input \""
              + name
              + "\": type "
              + type
              + ", expected FLOAT32, FLOAT16, BFLOAT16 or UINT8");
    }
    int count = channels == ChannelOrder.BANDS ? pixels.channels() : count(channels);
    if ((channels == ChannelOrder.BANDS) == pixels.isColor()) {
      throw new IllegalArgumentException(
          "card, input \""
              + name
              + "\": channels "
              + channels
              + " and "
              + pixels
              + ", expected the numbers of the bands for BANDS, and for nothing else");
    }
    if (type == TensorType.UINT8 && pixels.bits() != 8) {
      throw new IllegalArgumentException(
          "card, input \"" + name + "\": " + pixels + " for a UINT8 input, expected 8 bits");
    }
    if (!(scale > 0) || Float.isInfinite(scale)) {
      throw new IllegalArgumentException(
          "card, input \"" + name + "\": scale " + scale + ", expected a positive number");
    }
    if (mean.size() != count || !mean.stream().allMatch(Float::isFinite)) {
      throw new IllegalArgumentException(
          "card, input \"" + name + "\": mean " + mean + ", expected " + number(count, "finite"));
    }
    if (std.size() != count || !std.stream().allMatch(each -> each > 0 && Float.isFinite(each))) {
      throw new IllegalArgumentException(
          "card, input \"" + name + "\": std " + std + ", expected " + number(count, "positive"));
    }
    if (size instanceof SizeRule.Fit fit && fit.pad().size() > 1 && fit.pad().size() != count) {
      throw new IllegalArgumentException(
          "card, input \""
              + name
              + "\": padding "
              + fit.pad()
              + ", expected one value, or one for each of the "
              + count
              + " channels");
    }
    if (type == TensorType.UINT8
        && size instanceof SizeRule.Fit fit
        && !fit.pad().stream()
            .allMatch(each -> each >= 0 && each <= 255 && each == Math.rint(each))) {
      throw new IllegalArgumentException(
          "card, input \""
              + name
              + "\": padding "
              + fit.pad()
              + " of a UINT8 input, expected whole numbers from 0 to 255");
    }
    if (type == TensorType.UINT8 && (scale != 1 || !isPlain(mean, std))) {
      throw new IllegalArgumentException(
          "card, input \""
              + name
              + "\": scale "
              + scale
              + ", mean "
              + mean
              + ", std "
              + std
              + " on a UINT8 input, which takes raw bytes: expected 1, 0 and 1");
    }
  }

  /** Returns this input with another rule for image sizes. */
  public InputCard withSize(SizeRule other) {
    return new InputCard(name, layout, type, channels, scale, mean, std, other, pixels);
  }

  /** Creates an input of colors or brightness. */
  public InputCard(
      String name,
      TensorLayout layout,
      TensorType type,
      ChannelOrder channels,
      float scale,
      List<Float> mean,
      List<Float> std,
      SizeRule size) {
    this(name, layout, type, channels, scale, mean, std, size, PixelFormat.RGB);
  }

  /** Returns the number of channels of the input. */
  public int channelCount() {
    return channels == ChannelOrder.BANDS ? pixels.channels() : count(channels);
  }

  private static int count(ChannelOrder channels) {
    return channels == ChannelOrder.GREY ? 1 : 3;
  }

  private static String number(int count, String kind) {
    return switch (count) {
      case 1 -> "one " + kind + " number";
      case 3 -> "three " + kind + " numbers";
      default -> count + " " + kind + " numbers";
    };
  }

  /** Returns whether mean and std have no effect. */
  public boolean isPlain() {
    return isPlain(mean, std);
  }

  private static boolean isPlain(List<Float> mean, List<Float> std) {
    return mean.stream().allMatch(each -> each == 0) && std.stream().allMatch(each -> each == 1);
  }
}
