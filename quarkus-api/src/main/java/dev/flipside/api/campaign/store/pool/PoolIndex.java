package dev.flipside.api.campaign.store.pool;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Best scores and states of the images of a pool: 9 bytes an image, and 4 for each order that is
 * kept. Images are numbers from 0. Not thread-safe.
 */
public final class PoolIndex {
  private static final int ORDERS = 8;
  private static final int PLACE_BITS = 29;
  private static final int SCORE_BITS = 32;

  /** Images by name. */
  private final int[] byName;

  private final int poolEpoch;
  private final float[] best;
  private final byte[] states;
  private final Map<ImageQuery, int[]> orders = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * Creates an index of images without scores, all free.
   *
   * @param byName the images in the order of their names, each once
   * @param poolEpoch pool epoch of the order
   */
  public PoolIndex(int[] byName, int poolEpoch) {
    this.byName = byName;
    this.poolEpoch = poolEpoch;
    this.best = new float[byName.length];
    this.states = new byte[byName.length];
    Arrays.fill(best, Float.NaN);
  }

  public int poolEpoch() {
    return poolEpoch;
  }

  /** Sets the best score of an image. */
  public void score(int image, float score) {
    best[image] = score;
    orders.clear();
  }

  /** Returns the best score of an image, NaN if it has none. */
  public float score(int image) {
    return best[image];
  }

  /** Forgets the states of all images. */
  public void free() {
    Arrays.fill(states, (byte) 0);
    orders.clear();
  }

  /** Notes that an image has a region in a state other than free. */
  public void mark(int image, ImageState state) {
    states[image] |= bit(state);
  }

  /** Returns the state of an image. */
  public ImageState state(int image) {
    for (ImageState each : ImageState.values()) {
      if ((states[image] & bit(each)) != 0) {
        return each;
      }
    }
    return ImageState.FREE;
  }

  /** Returns the images that a query lists, in its order. The array must not be changed. */
  public int[] order(ImageQuery query) {
    int[] order = orders.get(query);
    if (order == null) {
      order = sort(query);
      orders.put(query, order);
      if (orders.size() > ORDERS) {
        orders.remove(orders.keySet().iterator().next());
      }
    }
    return order;
  }

  /** Sorts one number per image: state, score and place of the name, in this order. */
  private int[] sort(ImageQuery query) {
    long[] keys = new long[byName.length];
    int count = 0;
    for (int place = 0; place < byName.length; place++) {
      int image = byName[place];
      if (!lists(query, image)) {
        continue;
      }
      long key = place;
      if (query.sort() != ImageQuery.Sort.NAME) {
        key |= descending(best[image]) << PLACE_BITS;
      }
      if (query.sort() == ImageQuery.Sort.STATE) {
        key |= (long) state(image).rank() << (PLACE_BITS + SCORE_BITS);
      }
      keys[count++] = key;
    }
    Arrays.sort(keys, 0, count);
    int[] order = new int[count];
    for (int at = 0; at < count; at++) {
      order[at] = byName[(int) (keys[at] & ((1 << PLACE_BITS) - 1))];
    }
    return order;
  }

  private boolean lists(ImageQuery query, int image) {
    boolean scored =
        query.anyScore() || (best[image] >= query.minScore() && best[image] <= query.maxScore());
    return scored
        && (query.states().isEmpty()
            || query.states().stream().anyMatch(each -> holds(each, image)));
  }

  private boolean holds(ImageState state, int image) {
    return state == ImageState.FREE ? states[image] == 0 : (states[image] & bit(state)) != 0;
  }

  private static byte bit(ImageState state) {
    return state == ImageState.FREE ? 0 : (byte) (1 << state.rank());
  }

  /** Returns 32 bits that are larger for smaller scores, and largest where there is none. */
  private static long descending(float score) {
    if (Float.isNaN(score)) {
      return (1L << SCORE_BITS) - 1;
    }
    int bits = Float.floatToIntBits(score + 0f); // -0 and 0 are equal scores
    int ascending = bits ^ (bits >> 31 & Integer.MAX_VALUE);
    return ~((long) ascending - Integer.MIN_VALUE) & ((1L << SCORE_BITS) - 1);
  }
}
