package dev.flipside.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
}
