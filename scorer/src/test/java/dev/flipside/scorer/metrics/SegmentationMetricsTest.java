package dev.flipside.scorer.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.Vectors;
import dev.flipside.scorer.image.LabelReader;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SegmentationMetricsTest {
  @Test
  void metrics_fourPixels_areAsCountedByHand() {
    ImageSize size = new ImageSize(2, 2);
    ConfusionMatrix confusion = new ConfusionMatrix(3);

    confusion.add(
        new LabelMap(size, new byte[] {0, 0, 1, (byte) 255}),
        new LabelMap(size, new byte[] {0, 1, 1, 2}));

    SegmentationMetrics metrics = confusion.metrics();
    assertThat(metrics.iou()).containsExactly(0.5, 0.5, Double.NaN);
    assertThat(metrics.miou()).isEqualTo(0.5);
    assertThat(metrics.pixelAccuracy()).isEqualTo(2.0 / 3);
    assertThat(metrics.meanClassAccuracy()).isEqualTo(0.75);
  }

  @Test
  void metrics_referenceCases_agree() throws IOException {
    Path folder = Vectors.folder("e_metrics");
    JsonNode expected = Vectors.expected(folder);
    for (JsonNode each : expected.get("cases")) {
      int classes = each.get("confusion_rows_gt_cols_pred").size();
      ConfusionMatrix confusion = new ConfusionMatrix(classes);
      for (JsonNode pair : each.get("images")) {
        ClassMap ids = ClassMap.unnamed(classes);
        confusion.add(
            LabelReader.read(folder.resolve(pair.get(0).asText()), ids, null),
            LabelReader.read(folder.resolve(pair.get(1).asText()), ids, null));
      }
      requireSame(each.path("name").asText(), each, confusion);
    }
  }

  @Test
  void metrics_referenceMatrices_agree() throws IOException {
    for (JsonNode each : Vectors.expected(Vectors.folder("e_metrics")).get("matrices")) {
      JsonNode rows = each.get("confusion_rows_gt_cols_pred");
      long[][] counts = new long[rows.size()][rows.size()];
      for (int truth = 0; truth < rows.size(); truth++) {
        for (int predicted = 0; predicted < rows.size(); predicted++) {
          counts[truth][predicted] = rows.get(truth).get(predicted).asLong();
        }
      }
      requireSame(rows.toString(), each, ConfusionMatrix.of(counts));
    }
  }

  private static void requireSame(String name, JsonNode expected, ConfusionMatrix confusion) {
    JsonNode rows = expected.get("confusion_rows_gt_cols_pred");
    for (int truth = 0; truth < rows.size(); truth++) {
      for (int predicted = 0; predicted < rows.size(); predicted++) {
        assertThat(confusion.count(truth, predicted))
            .as(name)
            .isEqualTo(rows.get(truth).get(predicted).asLong());
      }
    }
    SegmentationMetrics metrics = confusion.metrics();
    requireClose(name + " mIoU", expected.get("miou"), metrics.miou());
    requireClose(name + " accuracy", expected.get("pixel_accuracy"), metrics.pixelAccuracy());
    requireClose(
        name + " class accuracy", expected.get("mean_class_accuracy"), metrics.meanClassAccuracy());
    for (int id = 0; id < metrics.iou().size(); id++) {
      requireClose(name + " IoU " + id, expected.get("iou").get(id), metrics.iou().get(id));
    }
  }

  private static void requireClose(String name, JsonNode expected, double actual) {
    if (expected.isNumber()) {
      assertThat(actual).as(name).isCloseTo(expected.asDouble(), within(1e-12));
    } else {
      assertThat(actual).as(name).isNaN();
    }
  }

  @Test
  void add_predictionThatIsNoClass_isRefused() {
    ImageSize size = new ImageSize(1, 1);
    LabelMap three = new LabelMap(size, new byte[] {3});
    LabelMap one = new LabelMap(size, new byte[] {1});

    assertThatThrownBy(() -> new ConfusionMatrix(3).add(one, three))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("predicted class 3, expected 0 to 2");
  }
}
