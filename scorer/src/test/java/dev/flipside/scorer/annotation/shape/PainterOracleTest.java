package dev.flipside.scorer.annotation.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The painter against a naive one, OpenCV and pycocotools. */
class PainterOracleTest {
  private static final Path RESOURCES = Path.of("src", "test", "resources", "annotation");
  private static final int HEIGHT = 24;
  private static final int WIDTH = 31;

  /** Asks for every pixel of every shape whether it is inside. */
  private static void naive(Shape shape, LabelMap target) {
    int width = target.size().width();
    for (int y = 0; y < target.size().height(); y++) {
      for (int x = 0; x < width; x++) {
        if (shape instanceof Shape.Polygon polygon && inside(polygon.xy(), x + 0.5, y + 0.5)) {
          target.ids()[y * width + x] = (byte) polygon.id();
        } else if (shape instanceof Shape.Ellipse ellipse && inside(ellipse, x + 0.5, y + 0.5)) {
          target.ids()[y * width + x] = (byte) ellipse.id();
        } else if (shape instanceof Shape.Mask mask && inside(mask, x, y)) {
          target.ids()[y * width + x] = (byte) mask.id();
        }
      }
    }
  }

  private static boolean inside(double[] xy, double x, double y) {
    boolean inside = false;
    for (int to = 0, from = xy.length - 2; to < xy.length; from = to, to += 2) {
      if (xy[to + 1] > y != xy[from + 1] > y
          && x < (xy[from] - xy[to]) * (y - xy[to + 1]) / (xy[from + 1] - xy[to + 1]) + xy[to]) {
        inside = !inside;
      }
    }
    return inside;
  }

  private static boolean inside(Shape.Ellipse of, double x, double y) {
    double turn = Math.toRadians(of.degrees());
    double dx = x - of.x();
    double dy = y - of.y();
    double along = (dx * Math.cos(turn) + dy * Math.sin(turn)) / of.radiusX();
    double across = (dy * Math.cos(turn) - dx * Math.sin(turn)) / of.radiusY();
    return along * along + across * across <= 1;
  }

  private static boolean inside(Shape.Mask mask, int x, int y) {
    int row = y - mask.y();
    int col = x - mask.x();
    if (row < 0 || col < 0 || row >= mask.height() || col >= mask.width()) {
      return false;
    }
    int index =
        mask.scan() == Shape.Scan.ROWS ? row * mask.width() + col : col * mask.height() + row;
    boolean inside = false;
    int end = 0;
    for (int run : mask.runs()) {
      end += run;
      if (index < end) {
        return inside;
      }
      inside = !inside;
    }
    return false;
  }

  private static Shape random(Random random) {
    int id = random.nextInt(5);
    double left = random.nextInt(-10, 30) + random.nextDouble();
    double top = random.nextInt(-10, 25) + random.nextDouble();
    switch (random.nextInt(4)) {
      case 0 -> {
        double[] xy = new double[2 * random.nextInt(3, 9)];
        for (int at = 0; at < xy.length; at++) {
          xy[at] = random.nextInt(-10, 45) + random.nextDouble();
        }
        return new Shape.Polygon(id, xy);
      }
      case 1 -> {
        return new Shape.Ellipse(
            id, left, top, random.nextDouble(0.2, 20), random.nextDouble(0.2, 20), left * 30);
      }
      case 2 -> {
        return random.nextBoolean()
            ? Shape.rectangle(id, left, top, left + 9, top + 5, left * 20)
            : Shape.cornerRectangle(id, left, top, 11, 4, top * 20);
      }
      default -> {
        int height = random.nextInt(1, 30);
        int width = random.nextInt(1, 30);
        List<Integer> runs = new ArrayList<>();
        int left2 = height * width;
        while (left2 > 0 && runs.size() < 60) {
          int run = random.nextInt(0, Math.min(left2, 20) + 1);
          runs.add(run);
          left2 -= run;
        }
        return new Shape.Mask(
            id,
            (int) top,
            (int) left,
            height,
            width,
            random.nextBoolean() ? Shape.Scan.ROWS : Shape.Scan.COLUMNS,
            runs.stream().mapToInt(Integer::intValue).toArray());
      }
    }
  }

  @Test
  void paint_anySequence_asTheNaivePainter() {
    Random random = new Random(1);
    for (int round = 0; round < 500; round++) {
      List<Shape> shapes = new ArrayList<>();
      for (int count = random.nextInt(1, 6); count > 0; count--) {
        shapes.add(random(random));
      }
      LabelMap painted = new LabelMap(new ImageSize(HEIGHT, WIDTH), new byte[HEIGHT * WIDTH]);
      LabelMap expected = new LabelMap(painted.size(), new byte[HEIGHT * WIDTH]);
      Painter.paint(shapes, painted);
      shapes.forEach(shape -> naive(shape, expected));
      assertThat(painted).as("round %d: %s", round, shapes).isEqualTo(expected);
    }
  }

  @Test
  void paint_shapesOfOpenCv_withinAPixelOfTheEdges() throws IOException {
    JsonNode all = new ObjectMapper().readTree(RESOURCES.resolve("opencv-shapes.json").toFile());
    for (JsonNode each : all.get("cases")) {
      double[] numbers = numbers(each.get("numbers"));
      Shape shape =
          switch (each.get("kind").asText()) {
            case "polygon" -> new Shape.Polygon(1, numbers);
            case "ellipse" ->
                new Shape.Ellipse(1, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
            default ->
                Shape.rectangle(1, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
          };
      assertWithinAPixel(List.of(shape), all, each);
    }
  }

  @Test
  void paint_polygonsOfPycocotools_withinAPixelOfTheEdges() throws IOException {
    JsonNode all =
        new ObjectMapper().readTree(RESOURCES.resolve("pycocotools-polygons.json").toFile());
    for (JsonNode each : all.get("cases")) {
      List<Shape> shapes = new ArrayList<>();
      each.get("polygons").forEach(xy -> shapes.add(new Shape.Polygon(1, numbers(xy))));
      assertWithinAPixel(shapes, all, each);
      int[] runs = CocoRle.decode(each.get("counts").asText());
      assertThat(CocoRle.encode(runs)).isEqualTo(each.get("counts").asText());
      int height = all.get("height").asInt();
      int width = all.get("width").asInt();
      LabelMap painted = new LabelMap(new ImageSize(height, width), new byte[height * width]);
      Painter.paint(
          List.of(new Shape.Mask(1, 0, 0, height, width, Shape.Scan.COLUMNS, runs)), painted);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          assertThat(painted.id(y, x) == 1).isEqualTo(rows(each, y, x));
        }
      }
    }
  }

  private static double[] numbers(JsonNode list) {
    double[] numbers = new double[list.size()];
    for (int at = 0; at < numbers.length; at++) {
      numbers[at] = list.get(at).asDouble();
    }
    return numbers;
  }

  private static boolean rows(JsonNode of, int y, int x) {
    return of.get("rows").get(y).asText().charAt(x) == '#';
  }

  private static void assertWithinAPixel(List<Shape> shapes, JsonNode all, JsonNode of) {
    int height = all.get("height").asInt();
    int width = all.get("width").asInt();
    LabelMap painted = new LabelMap(new ImageSize(height, width), new byte[height * width]);
    Painter.paint(shapes, painted);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        // A pixel apart is a neighbor, also a diagonal one.
        if (rows(of, y, x) != (painted.id(y, x) == 1)) {
          assertThat(toEdge(shapes, x + 0.5, y + 0.5))
              .as("distance of pixel (%d, %d) to the edge of %s", y, x, of.get("kind"))
              .isLessThanOrEqualTo(Math.sqrt(2));
        }
      }
    }
  }

  /** Returns the distance of a point to the nearest edge of some shapes. */
  private static double toEdge(List<Shape> shapes, double x, double y) {
    double nearest = Double.POSITIVE_INFINITY;
    for (Shape shape : shapes) {
      double[] xy = shape instanceof Shape.Polygon polygon ? polygon.xy() : outline(shape);
      for (int to = 0, from = xy.length - 2; to < xy.length; from = to, to += 2) {
        double dx = xy[to] - xy[from];
        double dy = xy[to + 1] - xy[from + 1];
        double along = ((x - xy[from]) * dx + (y - xy[from + 1]) * dy) / (dx * dx + dy * dy);
        double at = Math.max(0, Math.min(1, along));
        nearest = Math.min(nearest, Math.hypot(x - xy[from] - at * dx, y - xy[from + 1] - at * dy));
      }
    }
    return nearest;
  }

  private static double[] outline(Shape shape) {
    Shape.Ellipse of = (Shape.Ellipse) shape;
    double turn = Math.toRadians(of.degrees());
    double[] xy = new double[800];
    for (int at = 0; at < 400; at++) {
      double dx = of.radiusX() * Math.cos(Math.PI * at / 200);
      double dy = of.radiusY() * Math.sin(Math.PI * at / 200);
      xy[2 * at] = of.x() + dx * Math.cos(turn) - dy * Math.sin(turn);
      xy[2 * at + 1] = of.y() + dx * Math.sin(turn) + dy * Math.cos(turn);
    }
    return xy;
  }

  @Test
  void paint_tooMuch_isRefused() {
    double[] zigzag = new double[4_000_000];
    for (int at = 0; at < zigzag.length; at += 2) {
      zigzag[at] = at % 1000;
      zigzag[at + 1] = at % 4 == 0 ? 0 : 10_000;
    }
    LabelMap target = new LabelMap(new ImageSize(10_000, 10), new byte[100_000]);
    assertThatThrownBy(() -> Painter.paint(List.of(new Shape.Polygon(1, zigzag)), target))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("too many and large");
  }

  @Test
  void shapes_withImpossibleNumbers_areRefused() {
    assertThatThrownBy(() -> new Shape.Polygon(1, new double[] {0, Double.NaN, 1, 1, 2, 2}))
        .isInstanceOf(FlipsideException.class);
    assertThatThrownBy(() -> new Shape.Ellipse(1, 0, 0, -1, 1, 0))
        .isInstanceOf(FlipsideException.class);
    assertThatThrownBy(() -> new Shape.Mask(1, 0, 0, 2, 2, Shape.Scan.ROWS, new int[] {1, 4}))
        .isInstanceOf(FlipsideException.class);
  }
}
