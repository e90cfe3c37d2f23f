package dev.flipside.api.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DecodeBudgetTest {
  private static final long BYTES = 10 << 20;

  private final DecodeBudget budget = new DecodeBudget(BYTES);

  @Test
  void take_moreThanThereIs_isTooLarge() {
    assertThatThrownBy(() -> budget.take("label", BYTES + 1))
        .isInstanceOfSatisfying(
            ApiProblem.class,
            problem -> assertThat(problem.type()).isEqualTo(ProblemType.TOO_LARGE))
        .hasMessageContaining("flipside.limits.decode-bytes");
    budget.take("label", BYTES).close();
  }

  @Test
  void take_manyAtOnce_neverExceedsTheBudget() throws Exception {
    AtomicLong inUse = new AtomicLong();
    AtomicLong most = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(16);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      long bytes = (1 + i % 7) * (BYTES / 8);
      all.add(
          threads.submit(
              () -> {
                try (DecodeBudget.Share share = budget.take("label", bytes)) {
                  most.accumulateAndGet(inUse.addAndGet(bytes), Math::max);
                  Thread.sleep(1);
                  inUse.addAndGet(-bytes);
                  share.close(); // a second time does not count
                }
                return null;
              }));
    }
    for (Future<?> each : all) {
      each.get();
    }
    threads.shutdown();

    assertThat(most.get()).isBetween(BYTES / 2, BYTES);
    budget.take("label", BYTES).close();
  }

  @Test
  void takeForImport_others_haveHalf() {
    try (DecodeBudget.Share share = budget.takeForImport()) {
      assertThat(share).isNotNull();
      budget.take("label", BYTES / 2 - 2048).close();
    }
    budget.takeForImport().close();
    budget.take("label", BYTES).close();
  }
}
