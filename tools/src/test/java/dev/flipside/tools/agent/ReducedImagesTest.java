package dev.flipside.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.pool.PoolImage;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReducedImagesTest {
  @TempDir Path folder;

  private PoolImage image(int height, int width) {
    Path file = folder.resolve(height + "x" + width + ".png");
    ImageWriter.writeRgb(file, DecodedImage.black(new ImageSize(height, width)));
    return new PoolImage("street/a.png", file);
  }

  @Test
  void of_imageThatFits_isUsedAsItIs() {
    PoolImage image = image(90, 120);
    ReducedImages images = ReducedImages.of(folder.resolve("kept"), image, 120);
    assertThat(images.factor()).isEqualTo(1);
    assertThat(images.size()).isEqualTo(new ImageSize(90, 120));
    assertThat(images.of(image)).isEqualTo(image);
  }

  @Test
  void of_largerImage_isReducedByAWholeFactorOnce() {
    PoolImage image = image(91, 121);
    ReducedImages images = ReducedImages.of(folder.resolve("kept"), image, 120);
    assertThat(images.factor()).isEqualTo(2);
    assertThat(images.size()).isEqualTo(new ImageSize(46, 61));
    PoolImage reduced = images.of(image);
    assertThat(reduced.id()).isEqualTo("street/a.png");
    assertThat(ImageReader.probe(reduced.file())).isEqualTo(images.size());
    long written = reduced.file().toFile().lastModified();
    assertThat(images.of(image).file().toFile().lastModified()).isEqualTo(written);
  }
}
