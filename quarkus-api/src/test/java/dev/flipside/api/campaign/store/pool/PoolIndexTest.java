package dev.flipside.api.campaign.store.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.api.campaign.store.pool.ImageQuery.Sort;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PoolIndexTest {
  private static final List<ImageState> SETTLED =
      List.of(ImageState.LEASED, ImageState.LABELLED, ImageState.SKIPPED);
  private static final float ALL = Float.POSITIVE_INFINITY;

  private static ImageQuery query(Sort sort, ImageState... states) {
    return new ImageQuery(sort, Set.of(states), -ALL, ALL);
  }

  /** Images 0 to 4, whose names are in the order 4, 3, 2, 1, 0. */
  private static PoolIndex five() {
    PoolIndex index = new PoolIndex(new int[] {4, 3, 2, 1, 0}, 7);
    index.score(0, 1);
    index.score(1, -2);
    index.score(2, 1);
    index.score(3, 3);
    index.mark(1, ImageState.LABELLED);
    index.mark(2, ImageState.LABELLED);
    index.mark(2, ImageState.LEASED);
    index.mark(4, ImageState.SKIPPED);
    return index;
  }

  @Test
  void order_byHand_scoreThenNameAndUnscoredLast() {
    assertThat(five().order(query(Sort.SCORE))).containsExactly(3, 2, 0, 1, 4);
    assertThat(five().order(query(Sort.NAME))).containsExactly(4, 3, 2, 1, 0);
    assertThat(five().order(query(Sort.STATE))).containsExactly(2, 1, 4, 3, 0);
  }

  @Test
  void order_filtered_onlyImagesThatMatch() {
    assertThat(five().order(query(Sort.SCORE, ImageState.LABELLED))).containsExactly(2, 1);
    assertThat(five().order(query(Sort.SCORE, ImageState.FREE, ImageState.SKIPPED)))
        .containsExactly(3, 0, 4);
    assertThat(five().order(new ImageQuery(Sort.SCORE, Set.of(), -2, 1))).containsExactly(2, 0, 1);
    assertThat(five().order(new ImageQuery(Sort.NAME, Set.of(), 4, 5))).isEmpty();
  }

  @Test
  void order_afterAChange_isNew() {
    PoolIndex index = five();
    assertThat(index.order(query(Sort.SCORE))).containsExactly(3, 2, 0, 1, 4);
    index.score(4, 9);
    assertThat(index.order(query(Sort.SCORE))).containsExactly(4, 3, 2, 0, 1);
    index.free();
    assertThat(index.order(query(Sort.STATE))).containsExactly(4, 3, 2, 0, 1);
    assertThat(index.state(2)).isEqualTo(ImageState.FREE);
  }

  @Test
  void order_atRandom_asAComparatorSorts() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      int count = 1 + random.nextInt(500);
      List<Integer> names = new ArrayList<>(IntStream.range(0, count).boxed().toList());
      Collections.shuffle(names, random);
      PoolIndex index = new PoolIndex(names.stream().mapToInt(Integer::intValue).toArray(), 0);
      for (int image = 0; image < count; image++) {
        if (random.nextInt(5) > 0) {
          index.score(image, random.nextInt(9) / 2f - 2);
        }
        if (random.nextBoolean()) {
          index.mark(image, SETTLED.get(random.nextInt(3)));
        }
      }
      Comparator<Integer> byScore =
          Comparator.comparing(
              image -> Float.isNaN(index.score(image)) ? -ALL : index.score(image),
              Comparator.reverseOrder());
      assertThat(index.order(query(Sort.SCORE))).containsExactly(sorted(names, byScore));
      assertThat(index.order(query(Sort.STATE)))
          .containsExactly(
              sorted(names, Comparator.comparing(index::state).thenComparing(byScore)));
    }
  }

  private static int[] sorted(List<Integer> names, Comparator<Integer> order) {
    return names.stream().sorted(order).mapToInt(Integer::intValue).toArray();
  }
}
