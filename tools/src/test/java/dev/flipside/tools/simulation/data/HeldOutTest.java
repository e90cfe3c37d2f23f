package dev.flipside.tools.simulation.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.pool.PoolImage;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldOutTest {
  private static final List<LabelledImage> IMAGES =
      IntStream.range(0, 100)
          .mapToObj(i -> new LabelledImage(new PoolImage("" + i, Path.of("i")), Path.of("l")))
          .toList();

  @Test
  void of_aFifth_holdsOutTheLastPartOfEachTenth() {
    HeldOut split = HeldOut.of(IMAGES, 0.2);

    assertThat(split.heldOut()).hasSize(20);
    assertThat(split.heldOut().subList(0, 3))
        .containsExactly(IMAGES.get(8), IMAGES.get(9), IMAGES.get(18));
    assertThat(split.remaining()).hasSize(80).doesNotContainAnyElementsOf(split.heldOut());
  }

  @Test
  void of_nothing_keepsAll() {
    assertThat(HeldOut.of(IMAGES, 0)).isEqualTo(new HeldOut(IMAGES, List.of()));
  }
}
