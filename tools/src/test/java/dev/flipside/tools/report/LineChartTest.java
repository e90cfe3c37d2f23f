package dev.flipside.tools.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.tools.report.LineChart.Line;
import dev.flipside.tools.report.LineChart.Point;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class LineChartTest {
  @Test
  void svg_twoLines_isWellFormedWithAPointEach() throws Exception {
    Document svg =
        parse(
            LineChart.svg(
                List.of(
                    new Line("equal+", List.of(new Point(0.05, 0.2, 0), new Point(0.1, 0.4, 0.02))),
                    new Line("random", List.of(new Point(0.05, 0.2, 0)))),
                "labelled",
                "mIoU"));

    assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(2);
    assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(3);
    assertThat(svg.getElementsByTagName("polygon").getLength()).as("spread").isEqualTo(1);
  }

  @Test
  void svg_highestPoint_liesOnThePlotAndAboveTheLower() throws Exception {
    Document svg =
        parse(
            LineChart.svg(
                List.of(new Line("a", List.of(new Point(0, 0, 0), new Point(1, 1, 0)))), "x", "y"));

    Element low = (Element) svg.getElementsByTagName("circle").item(0);
    Element high = (Element) svg.getElementsByTagName("circle").item(1);
    assertThat(Double.parseDouble(high.getAttribute("cy")))
        .isBetween(0.0, Double.parseDouble(low.getAttribute("cy")));
    assertThat(Double.parseDouble(high.getAttribute("cx")))
        .isBetween(Double.parseDouble(low.getAttribute("cx")), 760.0);
  }

  private static Document parse(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }
}
