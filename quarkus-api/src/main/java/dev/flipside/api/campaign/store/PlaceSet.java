package dev.flipside.api.campaign.store;

import java.util.Arrays;

/**
 * A set of places of regions in 8 to 32 bytes each. A place is the number of the image in the upper
 * and that of the region in the lower 32 bits, never negative. Used by one thread at a time.
 */
final class PlaceSet {
  private static final long NONE = -1;
  private static final int SMALLEST = 64;

  /** A power of two long, at most half full: a place is at its hash or soon after. */
  private long[] slots = empty(SMALLEST);

  private int size;

  static long place(int image, int region) {
    return (long) image << 32 | region;
  }

  int size() {
    return size;
  }

  boolean contains(long place) {
    return slots[find(place)] == place;
  }

  /** Whether it was not there before. */
  boolean add(long place) {
    int slot = find(place);
    if (slots[slot] == place) {
      return false;
    }
    slots[slot] = place;
    size++;
    if (2 * size > slots.length) {
      grow();
    }
    return true;
  }

  /** Whether it was there. */
  boolean remove(long place) {
    int hole = find(place);
    if (slots[hole] != place) {
      return false;
    }
    // Those that come after, up to the next hole, move up where that brings them nearer to their
    // hash: a hole in between would end the search for them.
    int mask = slots.length - 1;
    for (int next = hole + 1 & mask; slots[next] != NONE; next = next + 1 & mask) {
      int home = hash(slots[next]);
      if ((next - home & mask) >= (next - hole & mask)) {
        slots[hole] = slots[next];
        hole = next;
      }
    }
    slots[hole] = NONE;
    size--;
    return true;
  }

  /** The slot of a place, or the hole where it belongs. */
  private int find(long place) {
    int slot = hash(place);
    while (slots[slot] != NONE && slots[slot] != place) {
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }

  private int hash(long place) {
    long mixed = place * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 32) & slots.length - 1;
  }

  private void grow() {
    long[] old = slots;
    slots = empty(2 * old.length);
    for (long each : old) {
      if (each != NONE) {
        slots[find(each)] = each;
      }
    }
  }

  private static long[] empty(int length) {
    long[] slots = new long[length];
    Arrays.fill(slots, NONE);
    return slots;
  }
}
