package dev.flipside.scorer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import java.util.List;
import org.junit.jupiter.api.Test;

class RenderingTest {
  @Test
  void heat_zeroToMax_goesFromDarkBlueToYellow() {
    DecodedImage heat = Rendering.heat(new float[] {0, 1, 2, 9}, new ImageSize(2, 2), 2);

    assertThat(red(heat.color(0, 0))).isLessThan(100);
    assertThat(red(heat.color(1, 0))).isGreaterThan(200);
    assertThat(heat.color(1, 1)).as("clipped").isEqualTo(heat.color(1, 0));
  }

  @Test
  void heat_wrongNumberOfValues_isRefused() {
    assertThatThrownBy(() -> Rendering.heat(new float[3], new ImageSize(2, 2), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2x2: 3 values");
  }

  @Test
  void classes_knownAndIgnored_haveTheirColors() {
    LabelMap labels = new LabelMap(new ImageSize(1, 2), new byte[] {3, 11});

    DecodedImage picture = Rendering.classes(labels, ClassMap.CAMVID);

    assertThat(picture.color(0, 0)).isEqualTo(0x804080);
    assertThat(picture.color(0, 1)).isEqualTo(0x202020);
  }

  @Test
  void highlight_oneRegion_keepsItAndDarkensTheRest() {
    ImageSize size = new ImageSize(8, 8);
    DecodedImage white = DecodedImage.black(size);
    for (int i = 0; i < white.rgb().limit(); i++) {
      white.rgb().put(i, (byte) 200);
    }

    DecodedImage picture = Rendering.highlight(white, List.of(new Region(0, 0, 4, 4)), 0xFFCC00);

    assertThat(picture.color(1, 1)).isEqualTo(0xC8C8C8);
    assertThat(picture.color(0, 0)).as("frame").isEqualTo(0xFFCC00);
    assertThat(picture.color(6, 6)).isEqualTo(0x5A5A5A);
  }

  private static int red(int rgb) {
    return rgb >> 16;
  }
}
