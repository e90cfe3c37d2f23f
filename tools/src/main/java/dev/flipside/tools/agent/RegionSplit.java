package dev.flipside.tools.agent;

import dev.flipside.models.domain.RegionId;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Divides labelled regions into those that are trained on and those that only measure. The choice
 * depends on the region alone, so a region never changes sides.
 *
 * @param heldOut share of the regions that only measure, 0 to below 1
 */
record RegionSplit(double heldOut) {
  /** Returns whether a region only measures. */
  boolean isHeldOut(RegionId region) {
    return isHeldOut(key(region));
  }

  /** Returns whether a region, named by its key, only measures. */
  boolean isHeldOut(String key) {
    long first = ByteBuffer.wrap(sha256(key)).getLong();
    return (first >>> 11) * 0x1p-53 < heldOut;
  }

  /** Returns the name of a region that decides to which side it belongs. */
  static String key(RegionId region) {
    return region.image() + "." + region.row() + "." + region.col();
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Returns the rule in words. */
  @Override
  public String toString() {
    String percent =
        BigDecimal.valueOf(heldOut).movePointRight(2).stripTrailingZeros().toPlainString();
    return percent + " % of the labelled regions, by a hash of the region, are held out";
  }
}
