package dev.flipside.api.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import dev.flipside.scorer.image.DecodedImage;
import org.junit.jupiter.api.Test;

class PaintTest {
  /** 2x3 px; every channel of a pixel is ten times its index. */
  private static DecodedImage image() {
    DecodedImage image = DecodedImage.black(new ImageSize(2, 3));
    for (int at = 0; at < 18; at++) {
      image.rgb().put(at, (byte) (at / 3 * 10));
    }
    return image;
  }

  @Test
  void crop_lowerRight_thosePixels() {
    DecodedImage crop = Paint.crop(image(), new Region(1, 1, 1, 2));
    assertThat(crop.size()).isEqualTo(new ImageSize(1, 2));
    assertThat(crop.color(0, 0)).isEqualTo(0x282828);
    assertThat(crop.color(0, 1)).isEqualTo(0x323232);
  }

  @Test
  void crop_leavesImage_isRefused() {
    assertThatThrownBy(() -> Paint.crop(image(), new Region(1, 1, 2, 2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void uncertainty_largest_isBrightest() {
    DecodedImage black = DecodedImage.black(new ImageSize(1, 3));
    DecodedImage painted = Paint.uncertainty(black, new float[] {0, 1, 2});
    assertThat(painted.color(0, 0)).isEqualTo(0x001636);
    assertThat(painted.color(0, 1)).isEqualTo(0x575654);
    assertThat(painted.color(0, 2)).isEqualTo(0xB3A431);
  }

  @Test
  void uncertainty_zeroEverywhere_isDark() {
    DecodedImage black = DecodedImage.black(new ImageSize(1, 1));
    assertThat(Paint.uncertainty(black, new float[] {0}).color(0, 0)).isEqualTo(0x001636);
  }

  @Test
  void prediction_class_mixesItsColor() {
    DecodedImage black = DecodedImage.black(new ImageSize(1, 2));
    DecodedImage painted = Paint.prediction(black, new byte[] {3, 11}, ClassMap.CAMVID);
    assertThat(painted.color(0, 0)).isEqualTo(0x462346);
    assertThat(painted.color(0, 1)).isEqualTo(0);
  }
}
