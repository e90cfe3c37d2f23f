package dev.flipside.scorer.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import org.junit.jupiter.api.Test;

class LabelledCanvasTest {
  private static final ImageSize SIZE = new ImageSize(4, 6);

  @Test
  void rectangle_partlyOutside_paintsPictureAndLabelsWhereInside() {
    try (LabelledCanvas canvas = LabelledCanvas.open(SIZE)) {
      canvas.rectangle(-1, 4, 3, 9, 0xC08040, 7);

      LabelMap labels = canvas.labels();
      DecodedImage image = canvas.image();
      for (int y = 0; y < 4; y++) {
        for (int x = 0; x < 6; x++) {
          boolean inside = y < 2 && x >= 4;
          assertThat(labels.id(y, x)).as("id at %d,%d", y, x).isEqualTo(inside ? 7 : 0);
          assertThat(image.color(y, x)).as("color at %d,%d", y, x).isEqualTo(inside ? 0xC08040 : 0);
        }
      }
    }
  }

  @Test
  void tint_halfOpaque_changesPictureAlone() {
    try (LabelledCanvas canvas = LabelledCanvas.open(SIZE)) {
      canvas.rectangle(0, 0, 4, 6, 0x646464, 3);
      canvas.tint(1, 1, 1, 1, 0x000000, 0.5);

      assertThat(canvas.image().color(1, 1)).isEqualTo(0x323232);
      assertThat(canvas.image().color(0, 0)).isEqualTo(0x646464);
      assertThat(canvas.labels().id(1, 1)).isEqualTo(3);
    }
  }

  @Test
  void texture_sameSeed_samePicture() {
    assertThat(textured(5).rgb()).isEqualTo(textured(5).rgb());
    assertThat(textured(5).rgb()).isNotEqualTo(textured(6).rgb());
  }

  private static DecodedImage textured(long seed) {
    try (LabelledCanvas canvas = LabelledCanvas.open(SIZE)) {
      canvas.rectangle(0, 0, 4, 6, 0x808080, 1);
      canvas.texture(seed, 10, 2);
      return canvas.image();
    }
  }
}
