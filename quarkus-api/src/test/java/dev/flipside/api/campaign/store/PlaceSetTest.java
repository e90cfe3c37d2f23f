package dev.flipside.api.campaign.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlaceSetTest {
  @Test
  void addRemove_atRandom_asAHashSet() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      PlaceSet places = new PlaceSet();
      Set<Long> expected = new HashSet<>();
      // Few places: they are removed and come back often. Neighbours make long runs of full slots.
      int images = 1 + random.nextInt(60);
      for (int step = 0; step < 5_000; step++) {
        long place = PlaceSet.place(random.nextInt(images), random.nextInt(8));
        if (random.nextBoolean()) {
          assertThat(places.add(place)).isEqualTo(expected.add(place));
        } else {
          assertThat(places.remove(place)).isEqualTo(expected.remove(place));
        }
        assertThat(places.size()).isEqualTo(expected.size());
      }
      for (int image = 0; image < images; image++) {
        for (int region = 0; region < 8; region++) {
          long place = PlaceSet.place(image, region);
          assertThat(places.contains(place)).isEqualTo(expected.contains(place));
        }
      }
    }
  }

  @Test
  void add_largestImageAndRegion_keptApart() {
    PlaceSet places = new PlaceSet();

    places.add(PlaceSet.place(Integer.MAX_VALUE, Integer.MAX_VALUE));
    places.add(PlaceSet.place(Integer.MAX_VALUE, 0));

    assertThat(places.contains(PlaceSet.place(Integer.MAX_VALUE, Integer.MAX_VALUE))).isTrue();
    assertThat(places.contains(PlaceSet.place(0, Integer.MAX_VALUE))).isFalse();
    assertThat(places.size()).isEqualTo(2);
  }
}
