package dev.flipside.scorer.annotation.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PainterTest {
  private static byte[] painted(Shape shape) {
    LabelMap map = new LabelMap(new ImageSize(3, 4), new byte[12]);
    Painter.paint(List.of(shape), map);
    return map.ids();
  }

  @Test
  void polygon_alongPixelEdges_exactlyThosePixels() {
    Shape square = new Shape.Polygon(7, new double[] {1, 1, 3, 1, 3, 3, 1, 3});
    assertThat(painted(square)).containsExactly(0, 0, 0, 0, 0, 7, 7, 0, 0, 7, 7, 0);
  }

  @Test
  void polygon_triangle_pixelsWhoseCentresItHolds() {
    Shape triangle = new Shape.Polygon(1, new double[] {0, 0, 3, 0, 0, 3});
    assertThat(painted(triangle)).containsExactly(1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void polygon_beyondTheImage_isClipped() {
    Shape all = new Shape.Polygon(1, new double[] {-9, -9, 99, -9, 99, 99, -9, 99});
    assertThat(painted(all)).containsOnly(1);
  }

  @Test
  void polygon_hole_staysAsItWas() {
    double[] ring = {0, 0, 4, 0, 4, 3, 0, 3, 0, 0, 1, 1, 1, 2, 3, 2, 3, 1, 1, 1};
    assertThat(painted(new Shape.Polygon(1, ring)))
        .containsExactly(1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1);
  }

  @Test
  void rectangle_quarterTurn_swapsItsSides() {
    assertThat(painted(Shape.rectangle(1, 0.4, 1, 3.4, 2, 90)))
        .containsExactly(0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0);
  }

  @Test
  void polygon_zigzagOverAllRows_sortingCountsAsWork() {
    double[] xy = new double[40_000];
    for (int at = 0; at < xy.length; at += 2) {
      xy[at] = at * 31 % 1000;
      xy[at + 1] = at % 4 == 0 ? -1 : 1001;
    }
    assertRefused(List.of(new Shape.Polygon(1, xy)));
  }

  @Test
  void ellipse_manyBesideTheImage_rowsCountAsWork() {
    assertRefused(Collections.nCopies(10_000, new Shape.Ellipse(1, 1e9, 0, 1e8, 1e8, 0)));
  }

  private static void assertRefused(List<Shape> shapes) {
    LabelMap map = new LabelMap(new ImageSize(1000, 1), new byte[1000]);
    assertThatThrownBy(() -> Painter.paint(shapes, map, 1L << 28))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("too many and large");
  }

  @Test
  void mask_partlyOutside_insideIsPainted() {
    assertThat(painted(new Shape.Mask(5, 2, 3, 2, 2, Shape.Scan.ROWS, new int[] {0, 4})))
        .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5);
  }
}
