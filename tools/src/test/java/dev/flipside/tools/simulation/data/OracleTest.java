package dev.flipside.tools.simulation.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.tools.simulation.plan.Labelling;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OracleTest {
  private static final ImageSize SIZE = new ImageSize(2, 6);

  @TempDir Path folder;

  @Test
  void unavailable_voidSkipped_regionsOfWhichMoreThanHalfIsVoid() {
    // Three regions of 2x2: all void, half void, no void.
    Oracle oracle = oracle(0, true, 11, 11, 11, 0, 3, 3, 11, 11, 0, 11, 3, 3);

    assertThat(oracle.unavailable(List.of())).containsExactly(new RegionId("a", 0, 0));
    assertThat(oracle.available()).isEqualTo(2);
    assertThat(oracle.total()).isEqualTo(3);
  }

  @Test
  void unavailable_voidLabelled_onlyWhatIsLabelled() {
    Oracle oracle = oracle(0, false, 11, 11, 11, 0, 3, 3, 11, 11, 0, 11, 3, 3);
    Set<RegionId> labelled = Set.of(new RegionId("a", 0, 2));

    assertThat(oracle.unavailable(labelled)).isEqualTo(labelled);
    assertThat(oracle.available()).isEqualTo(3);
  }

  @Test
  void initial_voidSkipped_neverAVoidRegion() {
    Oracle oracle = oracle(2 / 3.0, true, 11, 11, 11, 0, 3, 3, 11, 11, 0, 11, 3, 3);

    for (long seed = 0; seed < 20; seed++) {
      assertThat(oracle.initial(seed))
          .containsExactlyInAnyOrder(new RegionId("a", 0, 1), new RegionId("a", 0, 2));
    }
  }

  @Test
  void classEntropy_halfOfTwoClasses_isLn2() {
    Oracle oracle = oracle(0, false, 11, 11, 1, 1, 3, 3, 11, 11, 1, 1, 3, 3);
    LabelledRegions labelled = new LabelledRegions();
    labelled.addAll(List.of(new RegionId("a", 0, 1), new RegionId("a", 0, 2)));

    assertThat(oracle.classEntropy(labelled)).isEqualTo(Math.log(2));
  }

  private Oracle oracle(double initial, boolean skipsVoid, int... ids) {
    byte[] bytes = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      bytes[i] = (byte) ids[i];
    }
    Path label = folder.resolve("a.png");
    ImageWriter.writeLabel(label, new LabelMap(SIZE, bytes));
    LabelledImage image = new LabelledImage(new PoolImage("a", label), label);
    SimulationData data =
        new SimulationData(folder, List.of(image), List.of(image), ClassMap.CAMVID);
    return new Oracle(data, new Labelling(new GridSpec.Counts(1, 3), initial, skipsVoid), SIZE);
  }
}
