package dev.flipside.api.campaign;

import dev.flipside.api.problem.ApiProblem;
import dev.flipside.models.domain.RegionId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Encodes image and region ids as one URL path segment. An image id is a path with slashes and is
 * encoded in base64url. A region is {@code image.row.col}.
 */
public final class RegionPathSegment {
  private static final Pattern FORM =
      Pattern.compile("([A-Za-z0-9_-]{1,8192})\\.(\\d{1,9})\\.(\\d{1,9})");

  private RegionPathSegment() {}

  /** Returns the segment of a region. */
  public static String of(RegionId id) {
    return ofImage(id.image()) + "." + id.row() + "." + id.col();
  }

  /** Returns the segment of an image. */
  public static String ofImage(String image) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(image.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Parses the segment of a region.
   *
   * @throws ApiProblem if the segment is invalid
   */
  public static RegionId parse(String token) {
    Matcher matcher = FORM.matcher(token);
    if (!matcher.matches()) {
      throw unknown("region", token);
    }
    return new RegionId(
        parseImage(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)));
  }

  /**
   * Parses the segment of an image.
   *
   * @throws ApiProblem if the segment is invalid
   */
  public static String parseImage(String token) {
    try {
      String image = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      if (!image.isBlank()) {
        return image;
      }
    } catch (IllegalArgumentException ignored) {
      // Reported below.
    }
    throw unknown("image", token);
  }

  private static ApiProblem unknown(String what, String token) {
    return ApiProblem.notFound(what, token, "Take its ID from a selection.");
  }
}
