package dev.flipside.tools.simulation.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BudgetsTest {
  @Test
  void regions_camvid_roundDown() {
    Budgets budgets = new Budgets(List.of(0.08, 0.12, 0.24, 1.0), 1);

    assertThat(budgets.regions(367, 25)).containsExactly(734L, 1101L, 2202L, 9175L);
  }

  @Test
  void regions_marksThatFallTogether_areOne() {
    assertThat(new Budgets(List.of(0.10, 0.11), 1).regions(10, 1)).containsExactly(1L);
  }

  @Test
  void regions_poolTooSmallForABudget_saysSo() {
    assertThatThrownBy(() -> new Budgets(List.of(0.01), 1).regions(9, 10))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("0.01")
        .hasMessageContaining("9 images");
  }

  @Test
  void next_fromMarkToMark_stopsAtEachOfThem() {
    Budgets budgets = new Budgets(List.of(0.5, 1.0), 4);
    SortedSet<Long> marks = new TreeSet<>(List.of(6L, 11L));
    List<Long> reached = new ArrayList<>();

    for (long at = 0, next; (next = budgets.next(at, marks)) > 0; ) {
      at += next;
      reached.add(at);
    }

    assertThat(reached).containsExactly(4L, 6L, 10L, 11L);
    assertThat(budgets.steps(0, marks)).isEqualTo(4);
    assertThat(budgets.steps(6, marks)).isEqualTo(2);
  }

  @Test
  void new_marksOutOfRangeOrOrder_refused() {
    for (List<Double> marks :
        List.of(
            List.<Double>of(),
            List.of(0.0),
            List.of(1.1),
            List.of(0.2, 0.1),
            List.of(0.1, 0.1),
            List.of(Double.NaN))) {
      assertThatIllegalArgumentException()
          .as("%s", marks)
          .isThrownBy(() -> new Budgets(marks, 1))
          .withMessageContaining("budgets");
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new Budgets(List.of(0.1), 0));
  }
}
