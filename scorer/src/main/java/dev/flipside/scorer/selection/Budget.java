package dev.flipside.scorer.selection;

/** Converts a fraction of a pool to a number of regions. */
public final class Budget {
  private Budget() {}

  /**
   * Returns {@code floor(images * regionsPerImage * fraction)}; a product within rounding error of
   * an integer is that integer.
   *
   * @param images number of images, at least 0
   * @param regionsPerImage regions per image, at least 1
   * @param fraction fraction of all regions to label, 0 to 1
   * @throws IllegalArgumentException if a value is out of range
   */
  public static long regions(long images, int regionsPerImage, double fraction) {
    if (images < 0 || regionsPerImage < 1 || !(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException(
          "budget of "
              + fraction
              + " of "
              + images
              + " images with "
              + regionsPerImage
              + " regions: expected a fraction of 0 to 1 and no negative count");
    }
    double exact = Math.multiplyExact(images, regionsPerImage) * fraction;
    double nearest = Math.rint(exact);
    return (long) (Math.abs(exact - nearest) < 1e-9 * Math.max(1, nearest) ? nearest : exact);
  }
}
