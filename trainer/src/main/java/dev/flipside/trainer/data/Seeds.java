package dev.flipside.trainer.data;

/** Derives independent seeds. */
public final class Seeds {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Seeds() {}

  /**
   * Returns a seed that depends on all parts, in their order. Nearby parts give unrelated seeds:
   * each is mixed by the finalizer of SplitMix64 before the next is added.
   */
  public static long mix(long... parts) {
    long x = 0;
    for (long each : parts) {
      x = finish(x + each + GOLDEN);
    }
    return x;
  }

  private static long finish(long value) {
    long x = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
    x = (x ^ x >>> 27) * 0x94D049BB133111EBL;
    return x ^ x >>> 31;
  }
}
