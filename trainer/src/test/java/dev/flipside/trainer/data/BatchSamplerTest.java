package dev.flipside.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchSamplerTest {
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
