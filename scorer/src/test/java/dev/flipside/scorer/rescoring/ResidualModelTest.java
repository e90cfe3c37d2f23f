package dev.flipside.scorer.rescoring;

import static dev.flipside.scorer.rescoring.ResidualModel.Source.BEST_OF_DRAWN;
import static dev.flipside.scorer.rescoring.ResidualModel.Source.RELEVANT;
import static dev.flipside.scorer.rescoring.ResidualModel.Source.RELEVANT_AND_DRAWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ResidualModelTest {
  @Test
  void line_threeRegions_isThatOfLeastSquaresAndRulesNothingOut() {
    ResidualModel fit = new ResidualModel();
    fit.add(new ResidualModel.Pair(0, 1, 0, RELEVANT_AND_DRAWN));
    fit.add(new ResidualModel.Pair(1, 2, 1, RELEVANT));
    fit.add(new ResidualModel.Pair(2, 6, 2, RELEVANT));

    ResidualModel.Line line = fit.line();

    // Means 1 and 3; products 5, squares 2.
    assertThat(line.slope()).isCloseTo(2.5, within(1e-12));
    assertThat(line.height()).isCloseTo(0.5, within(1e-12));
    assertThat(line.at(2)).isCloseTo(5.5, within(1e-12));
    assertThat(line.tail().chance(1e9)).isEqualTo(1);
  }

  @Test
  void line_equalEstimates_isTheMean() {
    ResidualModel fit = new ResidualModel();
    for (int i = 0; i < 10; i++) {
      fit.add(new ResidualModel.Pair(2, i, i, RELEVANT));
    }

    assertThat(fit.line().at(2)).isCloseTo(4.5, within(1e-12));
  }

  @Test
  void line_nothing_isTheEstimateItself() {
    assertThat(new ResidualModel().line().at(1.5)).isEqualTo(1.5);
  }

  @Test
  void line_manyRegions_tailBeginsWhereTheLargestTenthDoes() {
    ResidualModel fit = new ResidualModel();
    Random random = new Random(3);
    for (int i = 0; i < 5000; i++) {
      double estimate = random.nextDouble();
      fit.add(
          new ResidualModel.Pair(
              estimate,
              1 + 2 * estimate + random.nextGaussian(),
              i,
              i < 50 ? RELEVANT_AND_DRAWN : RELEVANT));
    }

    ResidualModel.Line line = fit.line();

    assertThat(line.slope()).isCloseTo(2, within(0.2));
    assertThat(line.tail().share()).isCloseTo(0.1, within(0.001));
    assertThat(line.tail().from()).isCloseTo(1.28, within(0.1));
  }

  @Test
  void line_drawnRegionFarAboveTheOthers_believesTheDrawnOnes() {
    ResidualModel fit = new ResidualModel();
    Random random = new Random(4);
    for (int i = 0; i < 500; i++) {
      double estimate = random.nextDouble();
      fit.add(
          new ResidualModel.Pair(
              estimate,
              estimate + 0.01 * random.nextGaussian(),
              i,
              i < 40 ? RELEVANT_AND_DRAWN : RELEVANT));
    }
    double before = fit.line().tail().chance(1);

    fit.add(new ResidualModel.Pair(0.2, 0.9, 500, BEST_OF_DRAWN));

    assertThat(before).isLessThan(1e-9);
    assertThat(fit.line().tail().chance(1)).isGreaterThan(1e-5);
  }
}
