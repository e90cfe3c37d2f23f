package dev.flipside.models.card;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How an image becomes an input of a size that a model accepts. */
public sealed interface SizeRule {
  /** Any size. */
  SizeRule FREE = new Free();

  /**
   * Returns how an image lies on the input.
   *
   * @throws FlipsideException if the input would be too large
   */
  Canvas canvas(ImageSize image);

  /** Returns the only size of the input, or empty if it depends on the image. */
  Optional<ImageSize> only();

  /** Returns a size that the model accepts, close to another one. */
  ImageSize accepted(ImageSize size);

  /** Any size. */
  record Free() implements SizeRule {
    @Override
    public Canvas canvas(ImageSize image) {
      return Canvas.covered(image);
    }

    @Override
    public Optional<ImageSize> only() {
      return Optional.empty();
    }

    @Override
    public ImageSize accepted(ImageSize size) {
      return size;
    }

    @Override
    public String toString() {
      return "free";
    }
  }

  /**
   * Height and width must be multiples of a divisor. Other images are padded inside the graph by
   * repeating the last row and column, and scores are cropped to the image.
   *
   * @param divisor divisor in px, 2 to 4096
   */
  record MultipleOf(int divisor) implements SizeRule {
    /**
     * @throws IllegalArgumentException if the divisor is not 2 to 4096
     */
    public MultipleOf {
      if (divisor < 2 || divisor > 4096) {
        throw new IllegalArgumentException(
            "input size rule: multiple of " + divisor + ", expected 2 to 4096 px");
      }
    }

    /** {@inheritDoc} This is the smallest allowed size that covers the image. */
    @Override
    public Canvas canvas(ImageSize image) {
      return new Canvas(covering(image, divisor), image, 0, 0);
    }

    @Override
    public Optional<ImageSize> only() {
      return Optional.empty();
    }

    @Override
    public ImageSize accepted(ImageSize size) {
      return covering(size, divisor);
    }

    @Override
    public String toString() {
      return "multiple of " + divisor;
    }
  }

  /**
   * A single size. Other images are resized inside the graph, and scores are returned at image
   * size.
   *
   * @param size the accepted size, at most 2^27 px
   */
  record Fixed(ImageSize size) implements SizeRule {
    /** Most pixels of an accepted size. */
    public static final long MOST_PIXELS = 1L << 27;

    /**
     * @throws IllegalArgumentException if the size exceeds 2^27 px
     */
    public Fixed {
      if (size.pixels() > MOST_PIXELS) {
        throw new IllegalArgumentException(
            "input size rule: fixed " + size + ", expected at most " + MOST_PIXELS + " px");
      }
    }

    @Override
    public Canvas canvas(ImageSize image) {
      return Canvas.covered(size);
    }

    @Override
    public Optional<ImageSize> only() {
      return Optional.of(size);
    }

    @Override
    public ImageSize accepted(ImageSize other) {
      return size;
    }

    @Override
    public String toString() {
      return "fixed " + size;
    }
  }

  /**
   * Both sides are resized by one factor, the largest one with which the image fits, and the rest
   * of the input is padded (letterbox). Scores are those of the image alone, at image size. Sides
   * are at least 1 px.
   *
   * @param within size of the input; null if it is the smallest one that covers the resized image
   * @param shortest the shorter side becomes at most this, px; 0 for no limit
   * @param longest the longer side becomes at most this, px; 0 for no limit
   * @param divisor without {@code within}, the sides of the input are multiples of this, 1 to 4096;
   *     else 1
   * @param placement where the image lies on the input
   * @param pad raw values of the padding, one or one for each channel; none for {@code STRETCH}
   * @param rounding how the sides of the resized image become whole numbers
   */
  record Fit(
      @Nullable ImageSize within,
      int shortest,
      int longest,
      int divisor,
      Placement placement,
      List<Float> pad,
      Rounding rounding)
      implements SizeRule {
    private static final int LARGEST_SIDE = 1 << 20;

    /**
     * @throws IllegalArgumentException if a value is out of its range, or nothing limits the size
     */
    public Fit {
      pad = List.copyOf(pad);
      if (within != null && within.pixels() > Fixed.MOST_PIXELS) {
        throw new IllegalArgumentException(
            "input size rule: fit " + within + ", expected at most " + Fixed.MOST_PIXELS + " px");
      }
      if (within == null && shortest == 0 && longest == 0) {
        throw new IllegalArgumentException(
            "input size rule: fit without a size, expected height and width, shortest or longest");
      }
      if (shortest < 0 || longest < 0 || shortest > LARGEST_SIDE || longest > LARGEST_SIDE) {
        throw new IllegalArgumentException(
            "input size rule: fit with shortest "
                + shortest
                + " and longest "
                + longest
                + ", expected 1 to "
                + LARGEST_SIDE
                + " px");
      }
      if (divisor < 1 || divisor > 4096 || (within != null && divisor > 1)) {
        throw new IllegalArgumentException(
            "input size rule: fit with divisor "
                + divisor
                + (within == null ? ", expected 1 to 4096 px" : " for a single size, expected 1"));
      }
      boolean stretched = placement == Placement.STRETCH;
      if (stretched != pad.isEmpty() || (stretched && within != null)) {
        throw new IllegalArgumentException(
            "input size rule: fit with placement "
                + placement
                + " and padding "
                + pad
                + ", expected values for top-left and center, and none for stretch, which needs"
                + " shortest or longest");
      }
      if (!pad.stream().allMatch(Float::isFinite)) {
        throw new IllegalArgumentException(
            "input size rule: fit with padding " + pad + ", expected finite numbers");
      }
    }

    @Override
    public Canvas canvas(ImageSize image) {
      ImageSize resized = resized(image);
      ImageSize size = within == null ? covering(resized, divisor) : within;
      if (size.pixels() > Fixed.MOST_PIXELS) {
        throw new FlipsideException(
            "an image of "
                + image
                + " becomes an input of "
                + size
                + ", expected at most "
                + Fixed.MOST_PIXELS
                + " px; score it with --tile, or limit its longest side with --input-size");
      }
      int rows = size.height() - resized.height();
      int columns = size.width() - resized.width();
      return switch (placement) {
        case TOP_LEFT -> new Canvas(size, resized, 0, 0);
        case CENTER -> new Canvas(size, resized, rows / 2, columns / 2);
        case STRETCH -> Canvas.covered(size);
      };
    }

    private ImageSize resized(ImageSize image) {
      return rounding == Rounding.DOWN ? roundedDown(image) : roundedToNearest(image);
    }

    private ImageSize roundedDown(ImageSize image) {
      long shorter = Math.min(image.height(), image.width());
      long longer = Math.max(image.height(), image.width());
      if (shortest > 0) {
        longer = shortest * longer / shorter;
        shorter = shortest;
      }
      if (longest > 0 && (shortest == 0 || longer > longest)) {
        shorter = longest * shorter / longer;
        longer = longest;
      }
      boolean high = image.height() > image.width();
      long height = high ? longer : shorter;
      long width = high ? shorter : longer;
      boolean limited = shortest > 0 || longest > 0;
      if (within != null && (!limited || height > within.height() || width > within.width())) {
        boolean asHigh = within.height() * width <= within.width() * height;
        long from = asHigh ? height : width;
        long to = asHigh ? within.height() : within.width();
        height = height * to / from;
        width = width * to / from;
      }
      return new ImageSize(bounded(height), bounded(width));
    }

    private ImageSize roundedToNearest(ImageSize image) {
      int shorter = Math.min(image.height(), image.width());
      int longer = Math.max(image.height(), image.width());
      double factor = Double.MAX_VALUE;
      if (within != null) {
        factor = Math.min((double) within.height() / image.height(), factor);
        factor = Math.min((double) within.width() / image.width(), factor);
      }
      if (shortest > 0) {
        factor = Math.min((double) shortest / shorter, factor);
      }
      if (longest > 0) {
        factor = Math.min((double) longest / longer, factor);
      }
      return new ImageSize(
          bounded((long) Math.rint(image.height() * factor)),
          bounded((long) Math.rint(image.width() * factor)));
    }

    private static int bounded(long length) {
      return (int) Math.max(1, Math.min(1 << 28, length));
    }

    @Override
    public Optional<ImageSize> only() {
      return Optional.ofNullable(within);
    }

    @Override
    public ImageSize accepted(ImageSize size) {
      return within == null ? covering(size, divisor) : within;
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder("fit");
      text.append(within == null ? "" : " " + within);
      text.append(shortest == 0 ? "" : " shortest " + shortest);
      text.append(longest == 0 ? "" : " longest " + longest);
      text.append(divisor == 1 ? "" : " divisor " + divisor);
      text.append(rounding == Rounding.DOWN ? " " + SizeRules.ROUND_DOWN : "");
      text.append(' ').append(placement.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      pad.forEach(each -> text.append(text.indexOf(" pad ") < 0 ? " pad " : ",").append(each));
      return text.toString();
    }
  }

  /** Returns the smallest size whose sides are multiples of a divisor and which covers another. */
  private static ImageSize covering(ImageSize size, int divisor) {
    return new ImageSize(covering(size.height(), divisor), covering(size.width(), divisor));
  }

  private static int covering(int length, int divisor) {
    return Math.multiplyExact((length + divisor - 1) / divisor, divisor);
  }
}
