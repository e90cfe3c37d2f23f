package dev.flipside.models.precision;

/**
 * Converts between float32 and IEEE 754 binary16: 1 sign bit, 5 exponent bits, 10 fraction bits.
 * Needed because {@code Float.floatToFloat16} requires Java 20.
 */
public final class Float16 {
  /** The largest finite value. */
  public static final float LARGEST = 65504;

  private static final float SMALLEST_NORMAL = 0x1p-14f;
  private static final float SMALLEST = 0x1p-24f;
  private static final int INFINITY = 0x7C00;
  private static final int NOT_A_NUMBER = 0x7E00;

  /** Additional fraction bits of float32. */
  private static final int FURTHER_BITS = 13;

  /** One less than half of a float16 unit in the last place, in float32 bits. */
  private static final int BELOW_HALF = 0xFFF;

  /** Difference of the exponent biases, shifted to the float16 exponent position. */
  private static final int REBIAS = (127 - 15) << 10;

  private Float16() {}

  /** Returns whether a value is finite and remains finite in float16. */
  public static boolean holds(float value) {
    return Math.abs(value) <= LARGEST; // false for NaN
  }

  /** Rounds to the nearest value, ties to even. Values that are too large become infinite. */
  public static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    float magnitude = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | NOT_A_NUMBER);
    }
    if (magnitude < SMALLEST_NORMAL) {
      // Subnormal: a multiple of 2^-24. Rounding up to 1024 yields the smallest normal value.
      return (short) (sign | (int) Math.rint(magnitude / SMALLEST));
    }
    int rest = bits & 0x7FFFFFFF;
    int even = (rest >>> FURTHER_BITS) & 1;
    int rounded = (rest + BELOW_HALF + even) >>> FURTHER_BITS;
    return (short) (sign | Math.min(rounded - REBIAS, INFINITY));
  }

  /** Returns the value as float32; the conversion is exact. */
  public static float toFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = half >>> 10 & 0x1F;
    int fraction = half & 0x3FF;
    if (exponent == 0) {
      float magnitude = fraction * SMALLEST;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 31 ? 255 : exponent + 127 - 15;
    return Float.intBitsToFloat(sign | (wide << 23) | (fraction << FURTHER_BITS));
  }
}
