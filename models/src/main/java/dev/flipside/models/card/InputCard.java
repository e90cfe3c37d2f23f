package dev.flipside.models.card;

import java.util.List;

/**
 * The image input of a model. A raw channel value from 0 to 255 is normalized to {@code (raw *
 * scale - mean) / std}.
 *
 * @param name name of the graph input, not blank
 * @param layout order of the axes
 * @param type FLOAT32, FLOAT16 or UINT8
 * @param channels channels in their order
 * @param scale factor for raw values, positive and finite
 * @param mean a finite value for each of {@code channels}
 * @param std a positive value for each of {@code channels}
 * @param size accepted image sizes
 */
public record InputCard(
    String name,
    TensorLayout layout,
    TensorType type,
    ChannelOrder channels,
    float scale,
    List<Float> mean,
    List<Float> std,
    SizeRule size) {
  /** ImageNet mean of red, green and blue, on a scale of 0 to 1. */
  public static final List<Float> IMAGENET_MEAN = List.of(0.485f, 0.456f, 0.406f);

  /** ImageNet standard deviation of red, green and blue, on a scale of 0 to 1. */
  public static final List<Float> IMAGENET_STD = List.of(0.229f, 0.224f, 0.225f);

  /**
   * @throws IllegalArgumentException if a value is out of its range, or a UINT8 input has a scale,
   *     mean or std other than 1, 0, 1
   */
  public InputCard {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (name.isBlank()) {
      throw new IllegalArgumentException("card, input: name is blank, expected a graph input");
    }
    if (type != TensorType.FLOAT32 && type != TensorType.FLOAT16 && type != TensorType.UINT8) {
      throw new IllegalArgumentException(
          "card, input \"" + name + "\": type " + type + ", expected FLOAT32, FLOAT16 or UINT8");
    }
    if (!(scale > 0) || Float.isInfinite(scale)) {
      throw new IllegalArgumentException(
          "card, input \"" + name + "\": scale " + scale + ", expected a positive number");
    }
    if (mean.size() != channels.count() || !mean.stream().allMatch(Float::isFinite)) {
      throw new IllegalArgumentException(
          "card, input \""
              + name
              + "\": mean "
              + mean
              + ", expected "
              + number(channels, "finite"));
    }
    if (std.size() != channels.count()
        || !std.stream().allMatch(each -> each > 0 && Float.isFinite(each))) {
      throw new IllegalArgumentException(
          "card, input \""
              + name
              + "\": std "
              + std
              + ", expected "
              + number(channels, "positive"));
    }
    if (size instanceof SizeRule.Fit fit
        && fit.pad().size() > 1
        && fit.pad().size() != channels.count()) {
      throw new IllegalArgumentException(
          "card, input \""
              + name
              + "\": padding "
              + fit.pad()
              + ", expected one value, or one for each of the "
              + channels.count()
              + " channels");
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
    return new InputCard(name, layout, type, channels, scale, mean, std, other);
  }

  private static String number(ChannelOrder channels, String kind) {
    return channels.count() == 1 ? "one " + kind + " number" : "three " + kind + " numbers";
  }

  /** Returns whether mean and std have no effect. */
  public boolean isPlain() {
    return isPlain(mean, std);
  }

  private static boolean isPlain(List<Float> mean, List<Float> std) {
    return mean.stream().allMatch(each -> each == 0) && std.stream().allMatch(each -> each == 1);
  }
}
