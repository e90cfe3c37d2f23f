package dev.flipside.models.precision;

/**
 * 16-bit floating point: a sign, 5 bits of exponent, 10 of fraction. By hand, for Java converts it
 * only since version 20.
 */
public final class Float16 {
  /** The largest finite number. */
  public static final float LARGEST = 65504;

  private static final float SMALLEST_NORMAL = 0x1p-14f;
  private static final float SMALLEST = 0x1p-24f;
  private static final int INFINITY = 0x7C00;
  private static final int NOT_A_NUMBER = 0x7E00;

  /** Bits of fraction that float32 has more. */
  private static final int FURTHER_BITS = 13;

  /** Just less than half of what those bits can hold. */
  private static final int BELOW_HALF = 0xFFF;

  /** How much larger the exponent of the same number is in float32, in place. */
  private static final int REBIAS = (127 - 15) << 10;

  private Float16() {}

  /** Whether a number is finite and stays so. */
  public static boolean holds(float value) {
    return Math.abs(value) <= LARGEST; // false for NaN
  }

  /** The nearest number, of two as near the even one; what is too large becomes infinite. */
  public static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    float magnitude = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | NOT_A_NUMBER);
    }
    if (magnitude < SMALLEST_NORMAL) {
      // A multiple of the smallest number; rounded up to 1024 it is the smallest normal one.
      return (short) (sign | (int) Math.rint(magnitude / SMALLEST));
    }
    int rest = bits & 0x7FFFFFFF;
    int even = (rest >>> FURTHER_BITS) & 1;
    int rounded = (rest + BELOW_HALF + even) >>> FURTHER_BITS;
    return (short) (sign | Math.min(rounded - REBIAS, INFINITY));
  }

  /** The same number in 32 bits; every one has one. */
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
