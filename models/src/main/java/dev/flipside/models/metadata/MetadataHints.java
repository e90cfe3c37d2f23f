package dev.flipside.models.metadata;

import dev.flipside.models.card.ChannelOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a source says about a model. Null where it says nothing.
 *
 * @param source name of the file or metadata
 * @param classes names of the classes in the order of the channels
 * @param channels order of the color channels
 * @param scale factor for raw values 0 to 255
 * @param mean three values, subtracted after scaling
 * @param std three values, by which the difference is divided
 * @param unclear what the source says of preparing an image that cannot be followed
 * @param resizing how images are resized if both sides by one factor
 */
public record MetadataHints(
    String source,
    @Nullable List<String> classes,
    @Nullable ChannelOrder channels,
    @Nullable Float scale,
    @Nullable List<Float> mean,
    @Nullable List<Float> std,
    @Nullable String unclear,
    @Nullable Resizing resizing) {
  public MetadataHints {
    classes = classes == null ? null : List.copyOf(classes);
    mean = mean == null ? null : List.copyOf(mean);
    std = std == null ? null : List.copyOf(std);
  }

  MetadataHints(
      String source,
      @Nullable List<String> classes,
      @Nullable ChannelOrder channels,
      @Nullable Float scale,
      @Nullable List<Float> mean,
      @Nullable List<Float> std) {
    this(source, classes, channels, scale, mean, std, null, null);
  }

  static MetadataHints unclear(String source, @Nullable ChannelOrder channels, String told) {
    return new MetadataHints(source, null, channels, null, null, null, told, null);
  }

  static MetadataHints resizes(String source, Resizing resizing) {
    return new MetadataHints(source, null, null, null, null, null, null, resizing);
  }

  /** Returns whether the source tells how to prepare an image. */
  public boolean prepares() {
    return scale != null && mean != null && std != null;
  }
}
