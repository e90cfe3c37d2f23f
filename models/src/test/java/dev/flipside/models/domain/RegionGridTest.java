package dev.flipside.models.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RegionGridTest {
  @Test
  void on_camvidFiveByFive_isEven() {
    RegionGrid grid = GridSpec.parseCounts("5x5").on(new ImageSize(360, 480));

    assertThat(grid).isEqualTo(new RegionGrid(new ImageSize(360, 480), 72, 96));
    assertThat(grid.count()).isEqualTo(25);
    assertThat(grid.region(4, 4)).isEqualTo(new Region(288, 384, 72, 96));
  }

  @Test
  void on_regionSizeThatDoesNotDivide_lastRowAndColumnAreSmaller() {
    RegionGrid grid = GridSpec.parseRegionSize("5x7").on(new ImageSize(24, 32));

    assertThat(grid.rows()).isEqualTo(5);
    assertThat(grid.cols()).isEqualTo(5);
    assertThat(grid.region(4, 4)).isEqualTo(new Region(20, 28, 4, 4));
  }

  @Test
  void on_countsThatDoNotDivide_givesAtMostAsManyAsAsked() {
    // ceil(10 / 4) = 3 px a row, so 4 rows; ceil(9 / 4) = 3 px a column, so 3 columns and not 4.
    RegionGrid grid = new GridSpec.Counts(4, 4).on(new ImageSize(10, 9));

    assertThat(grid.rows()).isEqualTo(4);
    assertThat(grid.cols()).isEqualTo(3);
  }

  @Test
  void region_everyGrid_coversEveryPixelOnce() {
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      ImageSize size = new ImageSize(1 + random.nextInt(40), 1 + random.nextInt(40));
      RegionGrid grid =
          new RegionGrid(size, 1 + random.nextInt(size.height()), 1 + random.nextInt(size.width()));
      int[] covered = new int[(int) size.pixels()];
      for (int row = 0; row < grid.rows(); row++) {
        for (int col = 0; col < grid.cols(); col++) {
          Region region = grid.region(row, col);
          for (int y = region.y(); y < region.y() + region.height(); y++) {
            for (int x = region.x(); x < region.x() + region.width(); x++) {
              covered[y * size.width() + x]++;
            }
          }
        }
      }
      assertThat(covered).as("%s", grid).containsOnly(1);
    }
  }

  @Test
  void parseCounts_noRowsOrNoNumber_isRefused() {
    assertThatThrownBy(() -> GridSpec.parseCounts("0x5"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0x5")
        .hasMessageContaining("at least 1 row");
    assertThatThrownBy(() -> GridSpec.parseCounts("five"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RxC");
  }

  @Test
  void region_outsideOfTheGrid_isRefused() {
    RegionGrid grid = new RegionGrid(new ImageSize(4, 4), 2, 2);

    assertThatThrownBy(() -> grid.region(2, 0))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("2x2");
  }
}
