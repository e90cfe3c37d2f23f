package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.annotation.model.ImageReference;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Finds out which image a task of Label Studio shows. */
final class LabelStudioImages {
  private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://.*");
  private static final Pattern UPLOAD = Pattern.compile("(?:.*/)?upload/\\d+/[0-9a-f]{8}-(.+)");
  private static final Pattern IMAGE =
      Pattern.compile(".*\\.(png|jpe?g|webp|tiff?|bmp|gif)", Pattern.CASE_INSENSITIVE);

  private LabelStudioImages() {}

  /**
   * Returns the image of a task.
   *
   * @param data data of the task
   * @throws FlipsideException if no image, or more than one, is named
   */
  static ImageReference reference(JsonTree data) {
    JsonTree flipside = data.object("flipside");
    String id = flipside == null ? null : flipside.text("image");
    if (id != null) {
      return ImageReference.image(id);
    }
    if (data.get("image") instanceof String image) {
      return ImageReference.image(path(image));
    }
    Map<String, String> images = new TreeMap<>();
    for (Map.Entry<String, ?> each : data.members().entrySet()) {
      if (each.getValue() instanceof String text && IMAGE.matcher(path(text)).matches()) {
        images.put(each.getKey(), path(text));
      }
    }
    if (images.size() != 1) {
      throw new FlipsideException(
          "the task names "
              + (images.isEmpty() ? "no image" : "several images (" + images.keySet() + ")")
              + "; expected one in data.image");
    }
    return ImageReference.image(images.values().iterator().next());
  }

  /** Returns the path of an image from its URL, or from its path in Label Studio. */
  private static String path(String url) {
    boolean local = url.startsWith("/data/");
    if (!local && !URL.matcher(url).matches()) {
      return url;
    }
    String path = local ? url : url.substring(url.indexOf("://") + 3);
    int query = path.indexOf('?');
    if (query >= 0) {
      String file = parameter(path.substring(query + 1));
      path = file.isEmpty() ? path.substring(0, query) : file;
    }
    path = decoded(path);
    var upload = UPLOAD.matcher(path);
    return upload.matches() ? upload.group(1) : path;
  }

  /** Returns the file of {@code /data/local-files/?d=FILE}. */
  private static String parameter(String query) {
    for (String each : query.split("&", -1)) {
      if (each.toLowerCase(Locale.ROOT).startsWith("d=")) {
        return each.substring(2);
      }
    }
    return "";
  }

  private static String decoded(String path) {
    try {
      return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return path; // has a % that begins no escape
    }
  }
}
