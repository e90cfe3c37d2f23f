package dev.flipside.tools.simulation.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.pool.PoolImage;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HoldoutSplitTest {
  private static final List<LabelledImage> IMAGES =
      IntStream.range(0, 100)
          .mapToObj(i -> new LabelledImage(new PoolImage("" + i, Path.of("i")), Path.of("l")))
          .toList();

  @Test
  void of_aFifth_holdsOutTheLastPartOfEachTenth() {
    HoldoutSplit split = HoldoutSplit.of(IMAGES, 0.2);

    assertThat(split.heldOut()).hasSize(20);
    assertThat(split.heldOut().subList(0, 3))
        .containsExactly(IMAGES.get(8), IMAGES.get(9), IMAGES.get(18));
    assertThat(split.remaining()).hasSize(80).doesNotContainAnyElementsOf(split.heldOut());
  }

  @ParameterizedTest
  @CsvSource({
    "50, 0.1, 5",
    "40, 0.1, 4",
    "20, 0.2, 4",
    "200, 0.1, 20",
    "367, 0.2, 73",
    "7, 0.5, 4"
  })
  void of_anyShare_holdsOutAsManyAndLosesNone(int images, double share, int held) {
    List<LabelledImage> all =
        IntStream.range(0, images)
            .mapToObj(i -> new LabelledImage(new PoolImage("" + i, Path.of("i")), Path.of("l")))
            .toList();
    HoldoutSplit split = HoldoutSplit.of(all, share);

    assertThat(split.heldOut()).hasSize(held);
    assertThat(split.remaining())
        .hasSize(images - held)
        .doesNotContainAnyElementsOf(split.heldOut());
  }

  @Test
  void of_nothing_keepsAll() {
    assertThat(HoldoutSplit.of(IMAGES, 0)).isEqualTo(new HoldoutSplit(IMAGES, List.of()));
  }
}
