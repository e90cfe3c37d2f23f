package dev.flipside.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.pool.PoolImage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AugmentationTest {
  private static final ImageSize SIZE = new ImageSize(8, 12);
  private static final int IGNORE = 255;

  @TempDir Path folder;

  @Test
  void copy_largerImage_isAPartOfIt() {
    byte[] source = new byte[5 * 7];
    for (int i = 0; i < source.length; i++) {
      source[i] = (byte) i;
    }
    RandomCrop crop = new RandomCrop(new ImageSize(5, 7), new ImageSize(2, 3), 3, 4);

    assertThat(crop.of(source, (byte) -1)).containsExactly(25, 26, 27, 32, 33, 34);
  }

  @Test
  void copy_smallerImage_isPaddedAround() {
    RandomCrop crop = new RandomCrop(new ImageSize(1, 2), new ImageSize(3, 4), -1, -2);

    assertThat(crop.of(new byte[] {5, 6}, (byte) 9))
        .containsExactly(9, 9, 9, 9, 9, 9, 5, 6, 9, 9, 9, 9);
  }

  @Test
  void draw_manySeeds_reachesEveryPosition() {
    Set<Integer> tops = new HashSet<>();
    Set<Integer> lefts = new HashSet<>();
    for (int seed = 0; seed < 500; seed++) {
      RandomCrop crop =
          RandomCrop.draw(
              new ImageSize(10, 6), new ImageSize(6, 9), new SplittableRandom(Seeds.mix(seed)));
      tops.add(crop.top());
      lefts.add(crop.left());
    }
    assertThat(tops).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    assertThat(lefts).containsExactlyInAnyOrder(0, -1, -2, -3);
  }

  @Test
  void apply_knownFactors_changesValuesByHand() {
    // Luma of the two grey pixels is 100 and 200, their mean 150; brightness 0.5 makes 50, 100, 75.
    ByteBuffer rgb =
        ByteBuffer.wrap(new byte[] {100, 100, 100, (byte) 200, (byte) 200, (byte) 200});
    new ColorJitter(0.5, 2, 1).apply(rgb, 0, 2);

    assertThat(rgb.array()).containsExactly(25, 25, 25, 125, 125, 125);
  }

  @Test
  void apply_saturationZero_leavesGreyOfTheSameLuma() {
    ByteBuffer rgb = ByteBuffer.wrap(new byte[] {100, 0, 0});
    new ColorJitter(1, 1, 0).apply(rgb, 0, 1);

    assertThat(rgb.array()).containsExactly(30, 30, 30);
  }

  /** Red tells the class, so every pixel says whether image and label moved alike. */
  @ParameterizedTest
  @CsvSource({"2, 2", "0.5, 0.5", "0.4, 1.9"})
  void load_scaled_labelsStayOnTheirPixels(double min, double max) {
    int count = 96 * 144;
    byte[] ids = new byte[count];
    ByteBuffer pixels = ByteBuffer.allocateDirect(3 * count);
    for (int i = 0; i < count; i++) {
      ids[i] = (byte) (i % 144 / 24 % 4);
      pixels.put(3 * i, (byte) (60 * ids[i]));
    }
    ImageSize large = new ImageSize(96, 144);
    Path image = folder.resolve("a.png");
    ImageWriter.writeRgb(image, new DecodedImage(large, pixels));
    PartiallyLabelledImage labelled =
        new PartiallyLabelledImage(new PoolImage("a", image), () -> new LabelMap(large, ids));
    ImageLoader loader = new ImageLoader(ClassMap.unnamed(4), SIZE, new Augmentation(min, max, 0));
    int seen = 0;
    int right = 0;
    for (int seed = 0; seed < 20; seed++) {
      ByteBuffer rgb = ByteBuffer.allocateDirect(3 * 96);
      ByteBuffer labels = ByteBuffer.allocateDirect(96);
      loader.load(labelled, rgb, labels, 0, Seeds.mix(seed));
      for (int i = 0; i < 96; i++) {
        int id = labels.get(i) & 0xFF;
        if (id == IGNORE) {
          assertThat(rgb.get(3 * i)).isEqualTo((byte) 124);
        } else {
          seen++;
          right += Math.round((rgb.get(3 * i) & 0xFF) / 60f) == id ? 1 : 0;
        }
      }
    }
    // Where two classes meet, interpolation mixes their colors.
    assertThat((double) right / seen).isGreaterThan(0.75);
    assertThat(seen).isGreaterThan(20 * 96 / 8);
  }

  @Test
  void new_scaleOutOfRange_isRefused() {
    assertThatThrownBy(() -> new Augmentation(2, 1, 0)).hasMessageContaining("scale 2.0 to 1.0");
    assertThatThrownBy(() -> new Augmentation(1, 1, 2)).hasMessageContaining("color jitter 2.0");
  }
}
