package dev.flipside.api.campaign.store.heap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CandidateHeapTest {
  @Test
  void addTake_atRandom_freeRegionsAreThoseOfAHashSet() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      CandidateHeap heap = new CandidateHeap(1000, 0, 0);
      Set<Long> expected = new HashSet<>();
      // Few regions: they are taken and come back often.
      int images = 1 + random.nextInt(60);
      for (int step = 0; step < 5_000; step++) {
        int image = random.nextInt(images);
        int region = random.nextInt(8);
        if (random.nextBoolean()) {
          heap.add(1, image, image, region);
          expected.add(CandidateHeap.place(image, region));
        } else {
          heap.take(image, region);
          expected.remove(CandidateHeap.place(image, region));
        }
      }

      Set<Long> found = new HashSet<>();
      heap.poll(1000).forEach(each -> found.add(CandidateHeap.place(each.image(), each.region())));
      assertThat(found).isEqualTo(expected);
    }
  }

  @Test
  void place_largestImageAndRegion_keptApart() {
    long largest = CandidateHeap.place(Integer.MAX_VALUE, Integer.MAX_VALUE);

    assertThat(largest).isPositive();
    assertThat(largest).isNotEqualTo(CandidateHeap.place(Integer.MAX_VALUE, 0));
    assertThat(largest).isNotEqualTo(CandidateHeap.place(0, Integer.MAX_VALUE));
  }
}
