package dev.flipside.models.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.card.ChannelOrder;
import dev.flipside.models.domain.ImageSize;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Files that Hugging Face Transformers writes: preprocessor_config.json, processor_config.json and
 * config.json.
 */
final class HubConfig {
  private static final List<Float> BLACK = List.of(0f);
  private static final float TO_UNIT = 1f / 255;
  private static final List<Float> NO_MEAN = List.of(0f, 0f, 0f);
  private static final List<Float> NO_STD = List.of(1f, 1f, 1f);

  private HubConfig() {}

  /**
   * Reads {@code do_rescale}, {@code rescale_factor}, {@code do_normalize}, {@code
   * do_flip_channel_order} and the statistics.
   *
   * <p>A file that leaves out what decides, because a class of the library has defaults for it, is
   * unclear.
   */
  static Optional<MetadataHints> preprocessor(String source, JsonNode file) {
    boolean nested = file.path("image_processor").isObject();
    JsonNode config = nested ? file.path("image_processor") : file;
    boolean flips = config.path("do_flip_channel_order").asBoolean(false);
    boolean known =
        flips || config.has("do_normalize") || config.has("image_mean") || config.has("do_rescale");
    if (!known) {
      return Optional.empty();
    }
    ChannelOrder channels = flips ? ChannelOrder.BGR : null;
    Float scale = scale(config);
    Boolean normalizes = normalizes(config, flips);
    boolean shifted =
        config.path("rescale_offset").asBoolean(false) || config.path("offset").asBoolean(false);
    if (scale == null || normalizes == null || shifted) {
      return Optional.of(MetadataHints.unclear(source, channels, described(config)));
    }
    List<Float> mean = normalizes ? Fields.perChannel(config.path("image_mean")) : NO_MEAN;
    List<Float> std = normalizes ? Fields.perChannel(config.path("image_std")) : NO_STD;
    if (mean == null || std == null || std.stream().anyMatch(each -> each <= 0)) {
      return Optional.of(MetadataHints.unclear(source, channels, described(config)));
    }
    return Optional.of(new MetadataHints(source, null, channels, scale, mean, std));
  }

  private static @Nullable Float scale(JsonNode config) {
    if (!config.path("do_rescale").asBoolean(true)) {
      return 1f;
    }
    JsonNode factor = config.path("rescale_factor");
    if (factor.isMissingNode() || factor.isNull()) {
      return TO_UNIT;
    }
    boolean positive = factor.isNumber() && factor.floatValue() > 0;
    return positive ? (Float) factor.floatValue() : null;
  }

  /** Returns null if only the library knows. */
  private static @Nullable Boolean normalizes(JsonNode config, boolean flips) {
    JsonNode told = config.path("do_normalize");
    if (told.isBoolean()) {
      return told.booleanValue();
    }
    if (flips) {
      return false; // MobileViT, which swaps the channels and never normalizes
    }
    boolean statistics = !config.path("image_mean").isNull() && config.has("image_mean");
    return (statistics && told.isMissingNode()) ? true : null;
  }

  private static String described(JsonNode config) {
    StringBuilder told = new StringBuilder();
    for (String key :
        List.of(
            "do_rescale",
            "rescale_factor",
            "rescale_offset",
            "offset",
            "do_normalize",
            "image_mean",
            "image_std")) {
      if (config.has(key)) {
        told.append(told.isEmpty() ? "" : ", ").append(key).append(' ').append(config.path(key));
      }
    }
    return told.toString();
  }

  /** Reads {@code id2label}, or the names under another usual key. */
  static Optional<MetadataHints> model(String source, JsonNode config) {
    return ModelMetadata.NAMES_OF_CLASSES.stream()
        .map(key -> Optional.ofNullable(Fields.names(config.path(key))))
        .flatMap(Optional::stream)
        .findFirst()
        .map(names -> new MetadataHints(source, names, null, null, null, null));
  }

  /**
   * Reads {@code size}, {@code do_pad}, {@code pad_size} and {@code size_divisor} of Hugging Face
   * Transformers. Its processors round sides down, and pad after normalization with 0, EoMT's
   * before it.
   */
  static Optional<MetadataHints> resizing(String source, JsonNode file) {
    boolean nested = file.path("image_processor").isObject();
    JsonNode config = nested ? file.path("image_processor") : file;
    JsonNode size = config.path("size");
    int shortest = Fields.length(size.isInt() ? size : size.path("shortest_edge"));
    int longest = Fields.length(size.isInt() ? config.path("max_size") : size.path("longest_edge"));
    boolean edges = size.isInt() ? longest > 0 : shortest > 0 || longest > 0;
    boolean keeps = edges || config.path("keep_aspect_ratio").asBoolean(false);
    if (!config.path("do_resize").asBoolean(true) || !keeps) {
      return Optional.empty();
    }
    for (String key : List.of("keep_aspect_ratio", "do_center_crop", "do_split_image")) {
      if (config.path(key).asBoolean(false)) {
        return Optional.of(MetadataHints.resizes(source, Resizing.unclear(key + ", size " + size)));
      }
    }
    Resizing resizing = Resizing.edges(shortest, longest).roundedDown();
    String type =
        config
            .path("image_processor_type")
            .asText(config.path("feature_extractor_type").asText(""))
            .toLowerCase(Locale.ROOT);
    int divisor = Fields.length(config.path("size_divisor"));
    divisor = divisor == 0 ? Fields.length(config.path("size_divisibility")) : divisor;
    if (divisor > 0 && (type.contains("maskformer") || type.contains("mask2former"))) {
      return Optional.of(MetadataHints.resizes(source, resizing.stretched(divisor)));
    }
    if (!config.path("do_pad").asBoolean(false)) {
      return Optional.of(MetadataHints.resizes(source, resizing));
    }
    boolean eomt = type.contains("eomt");
    ImageSize box = Fields.size(config.path("pad_size"));
    if (eomt && shortest == longest) {
      box = new ImageSize(shortest, shortest);
      resizing = Resizing.edges(shortest, longest); // Rounds the shorter side to the nearest px.
    }
    List<Float> pad = eomt ? BLACK : null;
    return Optional.of(
        MetadataHints.resizes(source, resizing.padded(box, Math.max(1, divisor), pad)));
  }
}
