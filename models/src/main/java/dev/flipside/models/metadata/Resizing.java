package dev.flipside.models.metadata;

import dev.flipside.models.card.Placement;
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
 * @param pad raw values of the padding, one or one for each channel
 * @param unclear what cannot be followed; the other values then mean nothing
 */
public record Resizing(
    @Nullable ImageSize box,
    int shortest,
    int longest,
    int divisor,
    Placement placement,
    List<Float> pad,
    @Nullable String unclear) {
  private static final List<Float> ZERO = List.of(0f);

  public Resizing {
    boolean same = pad.stream().distinct().count() == 1;
    pad = placement == Placement.STRETCH ? List.of() : same ? pad.subList(0, 1) : List.copyOf(pad);
  }

  static Resizing edges(int shortest, int longest) {
    return new Resizing(null, shortest, longest, 1, Placement.TOP_LEFT, ZERO, null);
  }

  static Resizing unclear(String told) {
    return new Resizing(null, 0, 0, 1, Placement.TOP_LEFT, ZERO, told);
  }

  Resizing padded(@Nullable ImageSize to, int multiple, List<Float> with) {
    return new Resizing(to, shortest, longest, multiple, placement, with, unclear);
  }

  /** Returns the rule for an input of one size, or empty if the source does not pad to a size. */
  public Optional<SizeRule> fixed(ImageSize declared) {
    return box == null || unclear != null
        ? Optional.empty()
        : Optional.of(new SizeRule.Fit(declared, shortest, longest, 1, placement, pad));
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
      return limited
          ? Optional.of(new SizeRule.Fit(null, shortest, longest, both, placement, pad))
          : Optional.empty();
    }
    if (divisor > 1 && box.height() == box.width()) {
      return Optional.of(new SizeRule.Fit(null, 0, box.height(), both, placement, pad));
    }
    return box.height() % multiple == 0 && box.width() % multiple == 0
        ? Optional.of(new SizeRule.Fit(box, shortest, longest, 1, placement, pad))
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
        + (pad.isEmpty() ? "" : ", padding " + pad);
  }
}
