package dev.flipside.scorer.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelectedRegionTest {
  @TempDir private Path folder;

  @Test
  void on_fileOfTwiceTheSize_isTwiceAsLarge() {
    SelectedRegion region = region(new Region(2, 3, 2, 3), new ImageSize(4, 6));

    assertThat(region.on(new ImageSize(8, 12))).isEqualTo(new Region(4, 6, 4, 6));
    assertThat(region.on(new ImageSize(4, 6))).isEqualTo(new Region(2, 3, 2, 3));
  }

  @Test
  void on_anySize_coversTheFileWithoutGapOrOverlap() {
    ImageSize scored = new ImageSize(10, 13);
    ImageSize file = new ImageSize(37, 29);
    RegionGrid grid = new RegionGrid(scored, 3, 4);
    int[] times = new int[37 * 29];
    for (int index = 0; index < grid.count(); index++) {
      Region on = region(grid.region(index / grid.cols(), index % grid.cols()), scored).on(file);
      for (int y = on.y(); y < on.y() + on.height(); y++) {
        for (int x = on.x(); x < on.x() + on.width(); x++) {
          times[y * 29 + x]++;
        }
      }
    }

    assertThat(times).containsOnly(1);
  }

  @Test
  void on_unknownScoredSize_requiresTheRegionInside() {
    SelectedRegion region = region(new Region(2, 3, 2, 3), null);

    assertThat(region.on(new ImageSize(4, 6))).isEqualTo(region.region());
    assertThatThrownBy(() -> region.on(new ImageSize(3, 6)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not inside of the image of 3x6");
  }

  @Test
  void append_selections_keepsAllInOrder() {
    Path file = folder.resolve("taken.jsonl");
    SelectedRegion first = region(new Region(2, 3, 2, 3), new ImageSize(4, 6));
    SelectedRegion second = region(new Region(0, 0, 2, 3), null);

    SelectionFile.append(file, List.of(first));
    SelectionFile.append(file, List.of(second));

    assertThat(SelectionFile.read(file)).containsExactly(first, second);
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  private static SelectedRegion region(Region region, @Nullable ImageSize scored) {
    return new SelectedRegion(1, new RegionId("a.png", 0, 0), region, 0.5f, scored);
  }
}
