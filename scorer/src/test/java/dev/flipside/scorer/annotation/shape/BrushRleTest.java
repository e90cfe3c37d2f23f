package dev.flipside.scorer.annotation.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrushRleTest {
  /** Two pixels, the second one painted: 8 values, then twice a run of four. */
  private static final byte[] SECOND_OF_TWO =
      bytes(
          "00000000000000000000000000001000" // 8 values
              + "00111" // of 8 bits
              + "0010001101111111" // lengths of 3, 4, 8 and 16 bits
              + "1 00 011 00000000" // four times 0
              + "1 00 011 11111111"); // four times 255

  private static byte[] bytes(String bits) {
    String packed = bits.replace(" ", "");
    byte[] bytes = new byte[(packed.length() + 7) / 8];
    for (int at = 0; at < packed.length(); at++) {
      if (packed.charAt(at) == '1') {
        bytes[at / 8] |= (byte) (0x80 >> at % 8);
      }
    }
    return bytes;
  }

  private static LabelMap row(byte... ids) {
    return new LabelMap(new ImageSize(1, ids.length), ids);
  }

  @Test
  void encode_oneOfTwoPixels_asByHand() {
    assertThat(BrushRle.encode(row((byte) 0, (byte) 7), 7)).isEqualTo(SECOND_OF_TWO);
  }

  @Test
  void decode_repeatedValues_thosePixels() {
    assertThat(BrushRle.decode(SECOND_OF_TWO, 2)).containsExactly(1, 1);
  }

  @Test
  void decode_singleValues_alphaDecides() {
    byte[] code =
        bytes(
            "00000000000000000000000000001000 00111 0010001101111111"
                + "0 00 111" // eight values of their own
                + "11111111 11111111 11111111 00000000"
                + "00000000 00000000 00000000 00000001");
    assertThat(BrushRle.decode(code, 2)).containsExactly(1, 1);
  }

  @Test
  void decode_otherSizesOfLengthsAndValues_areRead() {
    byte[] code =
        bytes(
            "00000000000000000000000000001000 00000" // values of one bit
                + "0000 0001 0001 0001" // lengths of 1 and 2 bits
                + "1 00 1 0" // twice 0
                + "1 01 11 1" // four times 1: alpha of pixel 0
                + "1 00 1 0");
    assertThat(BrushRle.decode(code, 2)).containsExactly(0, 1, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64, 16384, 16385, 40000})
  void decode_ofEncoded_isTheSame(int pixels) {
    Random random = new Random(pixels);
    for (int share : new int[] {0, 1, 50, 99, 100}) {
      byte[] ids = new byte[pixels];
      for (int pixel = 0; pixel < pixels; pixel++) {
        ids[pixel] = (byte) (random.nextInt(100) < share ? 3 : 0);
      }
      int[] runs = BrushRle.decode(BrushRle.encode(row(ids), 3), pixels);
      LabelMap painted = row(new byte[pixels]);
      Painter.paint(List.of(new Shape.Mask(3, 0, 0, 1, pixels, Shape.Scan.ROWS, runs)), painted);
      assertThat(painted.ids()).isEqualTo(ids);
    }
  }

  @Test
  void decode_ofAnotherImage_isRefused() {
    assertThatThrownBy(() -> BrushRle.decode(SECOND_OF_TWO, 3))
        .isInstanceOf(FlipsideException.class)
        .hasMessage("rle: of 8 values, expected 4 for each of 3 px");
  }

  @Test
  void decode_cutOrChanged_neverCrashes() {
    Random random = new Random(1);
    for (int length = 0; length < SECOND_OF_TWO.length - 1; length++) {
      byte[] cut = Arrays.copyOf(SECOND_OF_TWO, length);
      assertThatThrownBy(() -> BrushRle.decode(cut, 2)).isInstanceOf(FlipsideException.class);
    }
    for (int round = 0; round < 2000; round++) {
      byte[] changed = SECOND_OF_TWO.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(Arrays.stream(BrushRle.decode(changed, 2)).sum()).isBetween(0, 2);
      } catch (FlipsideException e) {
        assertThat(e).hasMessageStartingWith("rle: ");
      }
    }
  }
}
