package dev.flipside.tools.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.tools.simulation.data.Oracle;
import dev.flipside.tools.simulation.data.SimulationData;
import dev.flipside.tools.simulation.plan.Budgets;
import dev.flipside.tools.simulation.plan.Labelling;
import dev.flipside.tools.simulation.plan.Pretraining;
import dev.flipside.tools.simulation.plan.Protocol;
import dev.flipside.tools.simulation.plan.Rescoring;
import dev.flipside.tools.simulation.plan.SimulationPlan;
import dev.flipside.tools.simulation.plan.Strategy;
import dev.flipside.trainer.TrainingPlan;
import dev.flipside.trainer.net.NetworkShape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartChecksTest {
  private static final ImageSize SIZE = new ImageSize(2, 4);

  @TempDir Path folder;

  @Test
  void budgets_lessThanARegion_isRefused() {
    assertThatThrownBy(() -> StartChecks.budgets(plan(0, false, 0.1, 0.5), 2))
        .isInstanceOf(FlipsideException.class)
        .hasMessage("a budget of 0.1 is no region of 2 images with 4 regions; raise it");
  }

  @Test
  void budgets_sameNumberOfRegions_isRefused() {
    assertThatThrownBy(() -> StartChecks.budgets(plan(0, false, 0.5, 0.51), 2))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("only 1 different numbers of regions, [4]")
        .hasMessageContaining("leave out one");
  }

  @Test
  void budgets_initialShareOfNoRegion_isRefused() {
    assertThatThrownBy(() -> StartChecks.budgets(plan(0.1, false, 0.5), 2))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("an initial share of 0.1 is no region");
  }

  @Test
  void available_budgetAboveRegionsThatAreNotVoid_isRefused() {
    int ignored = ClassMap.CAMVID.ignoreIndex();
    SimulationPlan plan = plan(0, true, 1.0);
    Experiment experiment = experiment(plan, 0, 0, 1, 1, ignored, ignored, 1, 1);

    assertThatThrownBy(() -> StartChecks.available(plan, 1, experiment.oracle()))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("a budget of 4 regions: only 3 of the pool are not mostly void");
  }

  @Test
  void labels_oneClass_isRefused() {
    assertThatThrownBy(
            () -> StartChecks.labels(experiment(plan(0, false, 1.0), 3, 3, 3, 3, 3, 3, 3, 3)))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("labels of the pool: only class 3 (Road) occurs");
  }

  @Test
  void labels_classThatNeverOccurs_isAWarning() {
    assertThat(StartChecks.labels(experiment(plan(0, false, 1.0), 0, 1, 2, 3, 4, 5, 6, 7)))
        .singleElement()
        .asString()
        .contains("class 8 (Car), class 9 (Pedestrian), class 10 (Bicyclist) never occur");
  }

  private Experiment experiment(SimulationPlan plan, int... ids) {
    byte[] bytes = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      bytes[i] = (byte) ids[i];
    }
    Path label = folder.resolve("a.png");
    ImageWriter.writeLabel(label, new LabelMap(SIZE, bytes));
    LabelledImage image = new LabelledImage(new PoolImage("a", label), label);
    SimulationData data =
        new SimulationData(folder, List.of(image), List.of(image), ClassMap.CAMVID);
    Oracle oracle = new Oracle(data, plan.labelling(), SIZE);
    return new Experiment(plan, data, "", oracle, ProgressReporter.SILENT, true);
  }

  private static SimulationPlan plan(double initial, boolean skipsVoid, Double... budgets) {
    TrainingPlan training = TrainingPlan.select(NetworkShape.ofDepth(18), SIZE, 0);
    return new SimulationPlan(
        List.of(Strategy.RANDOM),
        List.of(0L),
        new Labelling(new GridSpec.Counts(2, 2), initial, skipsVoid),
        new Budgets(Arrays.asList(budgets), 1),
        new Protocol.Reference(training),
        training,
        Pretraining.NONE,
        new Rescoring.Exact(),
        1);
  }
}
