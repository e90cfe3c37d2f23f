package dev.flipside.scorer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.LabelMap;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that were once read wrongly or not at all. */
class ReportedFilesTest {
  private static final Path CASES = Path.of("src", "test", "resources", "cases");

  @ParameterizedTest
  @CsvSource({
    "image-bigtiff, tif_big.tif",
    "image-tiff-unassociated-alpha, tif_rgba_unass.tif",
    "image-webp-exif-prefix, webp_exif6_prefix.webp"
  })
  void read_image_showsTheRightPixels(String folder, String name) {
    DecodedImage right = ImageReader.read(CASES.resolve(folder).resolve("right.png"), null);

    DecodedImage found = ImageReader.read(CASES.resolve(folder).resolve(name), null);

    assertThat(found.size()).isEqualTo(right.size());
    assertThat(found.rgb()).isEqualTo(right.rgb());
  }

  @Test
  void read_bilevelLabel_givesTheBits() {
    LabelMap map =
        LabelReader.read(CASES.resolve("label-bilevel-tiff/a.tif"), ClassMap.unnamed(5), null);

    int ones = 0;
    for (byte id : map.ids()) {
      assertThat(id).isBetween((byte) 0, (byte) 1);
      ones += id;
    }
    assertThat(map.ids()).hasSize(864);
    assertThat(ones).isEqualTo(136);
  }

  @Test
  void read_labelWithTheMetadataOfItsImage_isTurnedLikeIt() {
    Path folder = CASES.resolve("label-exif-orientation");
    DecodedImage image = ImageReader.read(folder.resolve("image.png"), null);

    LabelMap map = LabelReader.read(folder.resolve("a.png"), ClassMap.unnamed(5), null);

    assertThat(map.size()).isEqualTo(image.size());
    for (int y = 0; y < map.size().height(); y++) {
      for (int x = 0; x < map.size().width(); x++) {
        if (map.id(y, x) != 255) {
          assertThat(image.color(y, x) >> 16).isEqualTo(40 * map.id(y, x));
        }
      }
    }
  }

  @Test
  void read_jpegLabel_isRefused() {
    Path file = CASES.resolve("label-jpeg/a.jpg");

    assertThatThrownBy(() -> LabelReader.read(file, ClassMap.unnamed(5), null))
        .isInstanceOf(ImageException.class)
        .hasMessage(
            file
                + ": a label compressed with loss (JPEG), which changes class ids; export it again"
                + " from its source as PNG");
  }
}
