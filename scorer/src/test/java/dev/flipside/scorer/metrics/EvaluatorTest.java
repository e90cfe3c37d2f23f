package dev.flipside.scorer.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.TestModels;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.pool.PoolLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatorTest {
  private static final ClassMap THREE = ClassMap.unnamed(3);

  @TempDir Path root;

  @BeforeEach
  void makeFolders() throws IOException {
    Files.createDirectories(root.resolve("test"));
    Files.createDirectories(root.resolve("testannot"));
  }

  /** The brightest channel of a pixel is its class. */
  private static LoadedModel brightest() {
    float[] weights = new float[3 * 27];
    for (int id = 0; id < 3; id++) {
      weights[(id * 3 + id) * 9 + 4] = 1;
    }
    return TestModels.convolution(3, weights);
  }

  private void write(String name, int height, int width, byte[] predicted, byte[] truth) {
    DecodedImage image = DecodedImage.black(new ImageSize(height, width));
    for (int at = 0; at < predicted.length; at++) {
      image.rgb().put(3 * at + predicted[at], (byte) 200);
    }
    ImageWriter.writeRgb(root.resolve("test/" + name + ".png"), image);
    ImageWriter.writeLabel(
        root.resolve("testannot/" + name + ".png"),
        new LabelMap(new ImageSize(height, width), truth));
  }

  @Test
  void evaluate_imagesOfTwoSizes_countsEveryLabelledPixel() {
    write("a", 2, 2, new byte[] {0, 1, 2, 0}, new byte[] {0, 1, 1, (byte) 255});
    write("b", 1, 3, new byte[] {2, 2, 1}, new byte[] {2, 0, 1});

    SegmentationMetrics metrics = evaluate(brightest(), THREE);

    assertThat(metrics.confusion().toArray())
        .isEqualTo(new long[][] {{1, 0, 1}, {0, 2, 1}, {0, 0, 1}});
    assertThat(metrics.pixelAccuracy()).isEqualTo(4.0 / 6);
  }

  @Test
  void evaluate_labelOfAnotherSize_namesBothSizes() {
    write("a", 2, 2, new byte[4], new byte[4]);
    ImageWriter.writeLabel(
        root.resolve("testannot/a.png"), new LabelMap(new ImageSize(1, 2), new byte[2]));

    assertThatThrownBy(() -> evaluate(brightest(), THREE))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("a label of 1x2 px for an image of 2x2 px (test/a.png)");
  }

  @Test
  void evaluate_otherNumberOfClasses_isRefused() {
    write("a", 2, 2, new byte[4], new byte[4]);

    assertThatThrownBy(() -> evaluate(brightest(), ClassMap.CAMVID))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("predicts 3 classes, the class map of the labels names 11");
  }

  private SegmentationMetrics evaluate(LoadedModel model, ClassMap classes) {
    List<LabelledImage> images = PoolLayout.CAMVID.split(root, "test");
    return Evaluator.evaluate(
        model, images, LabelEncoding.of(classes), null, SessionOptions.cpu(), Progress.NONE);
  }
}
