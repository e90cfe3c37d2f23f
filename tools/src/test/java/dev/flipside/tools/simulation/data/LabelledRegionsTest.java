package dev.flipside.tools.simulation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelledRegionsTest {
  private static final ImageSize SIZE = new ImageSize(2, 3);
  private static final RegionGrid GRID = new RegionGrid(SIZE, 2, 2);

  @Test
  void reveal_raggedColumnLabelled_showsItsPixelsAlone() {
    LabelledRegions labelled = new LabelledRegions();
    labelled.addAll(List.of(new RegionId("a", 0, 1)));
    LabelMap truth = new LabelMap(SIZE, new byte[] {0, 1, 2, 3, 4, 5});

    LabelMap visible = labelled.reveal("a", truth, GRID, ClassMap.CAMVID);

    assertThat(visible.ids()).containsExactly(11, 11, 2, 11, 11, 5);
    assertThat(labelled.reveal("b", truth, GRID, ClassMap.CAMVID).ids()).containsOnly(11);
  }

  @Test
  void addAll_regionTwice_isRefused() {
    LabelledRegions labelled = new LabelledRegions();
    labelled.addAll(List.of(new RegionId("a", 0, 1)));

    assertThatThrownBy(() -> labelled.addAll(List.of(new RegionId("a", 0, 1))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a[0,1]");
  }

  @Test
  void all_severalImages_areCountedAndOrdered() {
    LabelledRegions labelled = new LabelledRegions();
    labelled.addAll(
        List.of(new RegionId("b", 0, 0), new RegionId("a", 0, 1), new RegionId("a", 0, 0)));

    assertThat(labelled.count()).isEqualTo(3);
    assertThat(labelled.images()).containsExactly("a", "b");
    assertThat(labelled.all())
        .containsExactly(new RegionId("a", 0, 0), new RegionId("a", 0, 1), new RegionId("b", 0, 0));
  }
}
