package dev.flipside.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchSamplerTest {
  @Test
  void shuffled_anyEpoch_everyImageOnceAndTheSameAgain() {
    BatchSampler batches = BatchSampler.shuffled(23, 5, 0.5, 3, 7);

    assertThat(batches.batches().stream().flatMap(each -> each.images().stream()))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 23).boxed().toList());
    assertThat(BatchSampler.shuffled(23, 5, 0.5, 3, 7)).isEqualTo(batches);
    assertThat(BatchSampler.shuffled(23, 5, 0.5, 3, 8)).isNotEqualTo(batches);
    assertThat(BatchSampler.shuffled(23, 5, 0.5, 4, 7)).isNotEqualTo(batches);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 5, 1_000_003})
  void shuffled_oneBatchAnEpoch_flipsAreNotCorrelatedOverEpochs(long seed) {
    int epochs = 4000;
    List<Integer> flips = new ArrayList<>();
    for (int epoch = 0; epoch < epochs; epoch++) {
      boolean flip = BatchSampler.shuffled(1, 1, 0.5, seed, epoch).batches().get(0).mirrored();
      flips.add(flip ? 1 : -1);
    }
    assertThat(flips.stream().mapToInt(each -> each).average().orElseThrow())
        .isCloseTo(0, within(5 / Math.sqrt(epochs)));
    for (int lag = 1; lag <= 40; lag++) {
      double sum = 0;
      for (int i = lag; i < epochs; i++) {
        sum += flips.get(i) * flips.get(i - lag);
      }
      // Five standard deviations of a fair coin.
      assertThat(sum / (epochs - lag))
          .as("lag %d", lag)
          .isCloseTo(0, within(5 / Math.sqrt(epochs)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3, 2, 1, '2 1'",
    "3, 2, 2, '3'",
    "4, 2, 2, '2 2'",
    "7, 3, 2, '3 4'",
    "8, 3, 2, '3 3 2'",
    "2, 5, 2, '2'",
    "9, 4, 4, '4 5'",
    "11, 4, 4, '4 7'",
    "1, 2, 1, '1'"
  })
  void shuffled_remainderBelowLeast_joinsTheBatchBefore(
      int images, int batch, int least, String sizes) {
    BatchSampler sampler = BatchSampler.shuffled(images, batch, least, 0.5, 7, 1);

    List<Integer> found = sampler.batches().stream().map(each -> each.images().size()).toList();
    assertThat(found.toString().replaceAll("[\\[\\],]", "")).isEqualTo(sizes);
    assertThat(sampler.batches().stream().flatMap(each -> each.images().stream()))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, images).boxed().toList());
  }

  @Test
  void shuffled_leastOfOne_isTheOrderWithoutIt() {
    assertThat(BatchSampler.shuffled(7, 3, 1, 0.5, 7, 1))
        .isEqualTo(BatchSampler.shuffled(7, 3, 0.5, 7, 1));
  }
}
