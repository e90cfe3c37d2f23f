package dev.flipside.models.metadata;

import dev.flipside.models.card.Placement;
import dev.flipside.models.card.Rounding;
import dev.flipside.models.card.SizeRule;
import dev.flipside.models.domain.ImageSize;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a source resizes images, if both sides by one factor.
 *
 * @param box size to which the image is padded, null if it depends on the image
 * @param shortest limit of the shorter side in px, 0 for none
 * @param longest limit of the longer side in px, 0 for none
 * @param divisor what the sides of the input are multiples of, 1 if nothing is said
 * @param placement where the image lies
 * @param pad raw values of the padding, one or one for each channel; null for those that
 *     normalization makes 0
 * @param rounding how sides become whole numbers
 * @param unclear what cannot be followed; the other values then mean nothing
 */
public record Resizing(
    @Nullable ImageSize box,
    int shortest,
    int longest,
    int divisor,
    Placement placement,
    @Nullable List<Float> pad,
    Rounding rounding,
    @Nullable String unclear) {
  private static final List<Float> ZERO = List.of(0f);

  public Resizing {
    if (placement == Placement.STRETCH) {
      pad = List.of();
    } else if (pad != null) {
      boolean same = pad.stream().distinct().count() == 1;
      pad = same ? List.of(pad.get(0)) : List.copyOf(pad);
    }
  }

  static Resizing edges(int shortest, int longest) {
    return new Resizing(
        null, shortest, longest, 1, Placement.TOP_LEFT, ZERO, Rounding.NEAREST, null);
  }

  static Resizing unclear(String told) {
    return new Resizing(null, 0, 0, 1, Placement.TOP_LEFT, ZERO, Rounding.NEAREST, told);
  }

  Resizing padded(@Nullable ImageSize to, int multiple, @Nullable List<Float> with) {
    return new Resizing(to, shortest, longest, multiple, placement, with, rounding, unclear);
  }

  /** Returns this resizing with sides that are rounded down. */
  Resizing roundedDown() {
    return new Resizing(box, shortest, longest, divisor, placement, pad, Rounding.DOWN, unclear);
  }

  /** Returns this resizing, stretched to multiples instead of padded. */
  Resizing stretched(int multiple) {
    return new Resizing(
        box, shortest, longest, multiple, Placement.STRETCH, List.of(), rounding, unclear);
  }

  /**
   * Returns this resizing with raw values of the padding.
   *
   * @param zero the raw values that normalization makes 0
   */
  public Resizing resolved(List<Float> zero) {
    return pad != null ? this : padded(box, divisor, zero);
  }

  private SizeRule fit(@Nullable ImageSize within, int shorter, int longer, int multiple) {
    if (pad == null) {
      throw new IllegalStateException("padding that is not resolved");
    }
    return new SizeRule.Fit(within, shorter, longer, multiple, placement, pad, rounding);
  }

  /** Returns the rule for an input of one size, or empty if the source does not pad to a size. */
  public Optional<SizeRule> fixed(ImageSize declared) {
    return box == null || unclear != null
        ? Optional.empty()
        : Optional.of(fit(declared, shortest, longest, 1));
  }

  /**
   * Returns the rule for an input of any size, or empty if it does not fit the model.
   *
   * @param multiple what the model needs multiples of, 1 if it takes any size
   */
  public Optional<SizeRule> free(int multiple) {
    int both = divisor == 1 ? multiple : divisor;
    if (unclear != null || both % multiple != 0) {
      return Optional.empty();
    }
    if (box == null) {
      boolean limited = shortest > 0 || longest > 0;
      return limited ? Optional.of(fit(null, shortest, longest, both)) : Optional.empty();
    }
    if (divisor > 1 && box.height() == box.width()) {
      return Optional.of(fit(null, 0, box.height(), both));
    }
    return box.height() % multiple == 0 && box.width() % multiple == 0
        ? Optional.of(fit(box, shortest, longest, 1))
        : Optional.empty();
  }

  @Override
  public String toString() {
    if (unclear != null) {
      return unclear;
    }
    return (box == null ? "" : box + ", ")
        + (shortest == 0 ? "" : "shortest " + shortest + ", ")
        + (longest == 0 ? "" : "longest " + longest + ", ")
        + (divisor == 1 ? "" : "divisor " + divisor + ", ")
        + placement.name().toLowerCase(Locale.ROOT).replace('_', '-')
        + (rounding == Rounding.DOWN ? ", rounded down" : "")
        + (pad == null ? ", padding normalized 0" : pad.isEmpty() ? "" : ", padding " + pad);
  }
}
