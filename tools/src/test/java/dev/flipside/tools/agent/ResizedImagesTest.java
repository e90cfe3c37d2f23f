package dev.flipside.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.pool.PoolImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResizedImagesTest {
  @TempDir Path folder;

  private PoolImage image(int height, int width) {
    Path file = folder.resolve(height + "x" + width + ".png");
    ImageWriter.writeRgb(file, DecodedImage.black(new ImageSize(height, width)));
    return new PoolImage("street/a.png", file);
  }

  @Test
  void of_imageThatFits_isUsedAsItIs() {
    PoolImage image = image(90, 120);
    ResizedImages images = ResizedImages.of(folder.resolve("kept"), List.of(image), 120);
    assertThat(images.factor()).isEqualTo(1);
    assertThat(images.size()).isEqualTo(new ImageSize(90, 120));
    assertThat(images.of(image)).isEqualTo(image);
  }

  @Test
  void of_largerImage_isReducedByAWholeFactorOnce() {
    PoolImage image = image(91, 121);
    ResizedImages images = ResizedImages.of(folder.resolve("kept"), List.of(image), 120);
    assertThat(images.factor()).isEqualTo(2);
    assertThat(images.size()).isEqualTo(new ImageSize(46, 61));
    PoolImage reduced = Objects.requireNonNull(images.of(image));
    assertThat(reduced.id()).isEqualTo("street/a.png");
    assertThat(ImageReader.probe(reduced.file())).isEqualTo(images.size());
    long written = reduced.file().toFile().lastModified();
    assertThat(Objects.requireNonNull(images.of(image)).file().toFile().lastModified())
        .isEqualTo(written);
  }

  private PoolImage broken() throws IOException {
    return new PoolImage("street/b.png", Files.writeString(folder.resolve("b.png"), "no image"));
  }

  @Test
  void of_poolOfSeveralSizes_takesTheMostFrequentOfThoseThatCanBeRead() throws IOException {
    List<PoolImage> pool =
        List.of(
            broken(), image(120, 90), image(90, 120), new PoolImage("c", image(90, 120).file()));
    ResizedImages images = ResizedImages.of(folder.resolve("kept"), pool, 120);
    assertThat(images.size()).isEqualTo(new ImageSize(90, 120));
  }

  @Test
  void of_noImageThatCanBeRead_isRefused() throws IOException {
    List<PoolImage> pool = List.of(broken());
    assertThatThrownBy(() -> ResizedImages.of(folder.resolve("kept"), pool, 120))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("none of the 1 images of the pool can be read");
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 120})
  void usable_brokenImageAndOtherAspectRatio_areLeftOutAndNamed(int longestSide)
      throws IOException {
    PoolImage good = image(90, 120);
    PoolImage tall = new PoolImage("street/tall.png", image(120, 90).file());
    ResizedImages images = ResizedImages.of(folder.resolve("kept"), List.of(good), longestSide);
    UsableImages usable = new UsableImages(images);
    assertThat(usable.of(List.of(broken(), good, tall)))
        .extracting(PoolImage::id)
        .containsExactly("street/a.png");
    assertThat(usable.leftOut())
        .contains("cannot be read: 1, ", "b.png", "another aspect ratio", "street/tall.png");
  }
}
