package dev.flipside.tools.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flipside.tools.report.LineChart.Axis;
import dev.flipside.tools.report.LineChart.Line;
import dev.flipside.tools.report.LineChart.Point;
import dev.flipside.tools.report.LineChart.Style;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class LineChartTest {
  private static final Axis SHARE = new Axis("labelled", true, true);
  private static final Axis MIOU = new Axis("mIoU", false, false);

  @Test
  void svg_twoLines_hasAMarkerForEachPointAndWhiskersForSpreads() throws Exception {
    Element chart =
        wide(
            new Line(
                "equal+",
                0,
                Style.SOLID,
                List.of(new Point(0.05, 0.2, 0), new Point(0.1, 0.4, 0.02))),
            new Line("random", 1, Style.SOLID, List.of(new Point(0.05, 0.2, 0))));

    assertThat(withClass(chart, "marker")).hasSize(3);
    assertThat(withClass(chart, "whisker")).as("only where seeds differ").hasSize(1);
    assertThat(withClass(chart, "name"))
        .extracting(Element::getTextContent)
        .containsExactly("equal+", "random");
  }

  @Test
  void svg_higherValue_isDrawnHigherAndFurtherRight() throws Exception {
    Element chart =
        wide(new Line("a", 0, Style.SOLID, List.of(new Point(0, 0, 0), new Point(1, 1, 0))));

    Element path =
        (Element) withClass(chart, "solid").get(0).getElementsByTagName("polyline").item(0);
    String[] points = path.getAttribute("points").split("[ ,]", -1);
    assertThat(Double.parseDouble(points[2])).isGreaterThan(Double.parseDouble(points[0]));
    assertThat(Double.parseDouble(points[3])).isBetween(0.0, Double.parseDouble(points[1]));
  }

  @Test
  void svg_linesThatEndTogether_haveNamesApartAndOnThePlot() throws Exception {
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      lines.add(new Line("line " + i, i, Style.SOLID, List.of(new Point(0.1, 0.3 + 1e-4 * i, 0))));
    }
    Element chart = wide(lines.toArray(Line[]::new));

    List<Double> heights = new ArrayList<>();
    withClass(chart, "name").forEach(each -> heights.add(Double.valueOf(each.getAttribute("y"))));
    Collections.sort(heights);
    for (int i = 1; i < heights.size(); i++) {
      assertThat(heights.get(i) - heights.get(i - 1)).isGreaterThanOrEqualTo(14);
    }
    assertThat(heights.get(0)).isPositive();
    assertThat(heights.get(heights.size() - 1)).isLessThan(400);
  }

  @Test
  void svg_markupInName_isEscaped() throws Exception {
    Element chart = wide(new Line("<b>&\"", 0, Style.DASHED, List.of(new Point(0.1, 0.3, 0.01))));

    assertThat(withClass(chart, "name").get(0).getTextContent()).isEqualTo("<b>&\"");
  }

  @Test
  void of_values_hasRoundEndsAroundThem() {
    Line line =
        new Line(
            "a", 0, Style.SOLID, List.of(new Point(0.08, 0.263, 0), new Point(0.24, 0.331, 0)));

    Scale scale = Scale.of(List.of(line), MIOU, Point::y, Point::spread);

    assertThat(scale.low()).isCloseTo(0.26, within(1e-9));
    assertThat(scale.high()).isCloseTo(0.34, within(1e-9));
    assertThat(scale.ticks(7)).hasSizeBetween(3, 9);
  }

  @Test
  void of_oneValue_hasAnExtent() {
    Line line = new Line("a", 0, Style.SOLID, List.of(new Point(0, 0, 0)));

    Scale scale = Scale.of(List.of(line), SHARE, Point::x, p -> 0);

    assertThat(scale.high()).isGreaterThan(scale.low());
    assertThat(scale.share(0)).isBetween(0.0, 1.0);
  }

  /** The form of the chart for wide screens. */
  private static Element wide(Line... lines) throws Exception {
    String both = LineChart.svg(List.of(lines), SHARE, MIOU);
    Document parsed =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader("<figure>" + both + "</figure>")));
    return (Element) parsed.getElementsByTagName("svg").item(0);
  }

  private static List<Element> withClass(Element within, String name) {
    NodeList all = within.getElementsByTagName("*");
    List<Element> found = new ArrayList<>();
    for (int i = 0; i < all.getLength(); i++) {
      Element each = (Element) all.item(i);
      if (List.of(each.getAttribute("class").split(" ")).contains(name)) {
        found.add(each);
      }
    }
    return found;
  }
}
