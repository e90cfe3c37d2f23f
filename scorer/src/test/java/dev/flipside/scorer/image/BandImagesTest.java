package dev.flipside.scorer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.ImageSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bands of files; that their values are right is tested with the scores of models that use them.
 */
class BandImagesTest {
  private static final Path FOLDER = Path.of("src/test/resources/input-models");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rgba.png | 1,2,5 | 8 | 4 bands, expected at least 5 for bands 1,2,5 of 8 bits",
        "rgb.png | 4,3,2,1 | 8 | 3 bands, expected at least 4 for bands 4,3,2,1 of 8 bits",
        "grey-16.png | 2 | 16 | 1 band, expected at least 2",
        "planes-16.tif | 8 | 16 | 7 bands, expected at least 8",
        "planes-16.tif | 1 | 8 | samples of 16 bits, expected 8 for bands 1 of 8 bits",
        "rgba.png | 1 | 16 | samples of 8 bits, expected 16 for bands 1 of 16 bits"
      })
  void read_fileWithoutTheBands_namesExpectedAndFound(
      String file, String bands, int bits, String message) {
    List<Integer> numbers = Arrays.stream(bands.split(",", -1)).map(Integer::valueOf).toList();

    assertThatThrownBy(() -> ImageFile.read(FOLDER.resolve(file), new PixelFormat(numbers, bits)))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith(FOLDER.resolve(file).toString())
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"strips.tif", "packbits.tif", "tiles-planes.tif"})
  void read_fileOfFiveBandsAsColors_isRefused(String file) {
    assertThatThrownBy(() -> ImageFile.read(FOLDER.resolve(file)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("5 channels, expected grey or RGB");
  }

  @ParameterizedTest
  @CsvSource({
    "strips.tif, 256, 1048576, cut the image into tiles",
    "tiles-planes.tif, 322, 2147483648, cut the image into tiles",
    "tiles-planes.tif, 277, 4, blocks of pixels"
  })
  void decode_sizesThatNoDecoderTakes_isRefusedAlone(
      String name, int tag, long value, String message) throws IOException {
    byte[] bytes = Files.readAllBytes(FOLDER.resolve(name));
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int directory = file.getInt(4);
    for (int entry = 0; entry < file.getShort(directory); entry++) {
      int at = directory + 2 + 12 * entry;
      if (file.getShort(at) == tag) {
        file.putShort(at + 2, (short) 4).putInt(at + 8, (int) value);
      }
    }
    PixelFormat format = new PixelFormat(List.of(1, 2), 8);

    assertThatThrownBy(
            () -> {
              ImageFile changed = ImageFile.of(name, bytes, format);
              changed.decodeInto(ByteBuffer.allocateDirect(200), 0, new ImageSize(10, 10));
            })
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 45, 70})
  void decode_colorsAsBands_areThoseOfRgbInAnySize(int height) {
    ImageSize size = new ImageSize(height, 60);
    Path file = FOLDER.resolve("rgb.png");
    ByteBuffer rgb = ImageReader.read(file, size).rgb();

    ByteBuffer bands = RawImage.read(file, size, new PixelFormat(List.of(3, 1), 8)).pixels();

    for (int pixel = 0; pixel < size.pixels(); pixel++) {
      assertThat(bands.get(2 * pixel)).isEqualTo(rgb.get(3 * pixel + 2));
      assertThat(bands.get(2 * pixel + 1)).isEqualTo(rgb.get(3 * pixel));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exiftool_2.png",
        "exiftool_3.png",
        "exiftool_5.png",
        "exiftool_6.png",
        "exiftool_8.png",
        "exiftool_8.webp",
        "exif_long_le.jpg",
        "exif_two_36.jpg",
        "exif_prefix_6.webp"
      })
  void decode_turnedFile_isUpright(String name) {
    Path file = Path.of("src/test/resources/images").resolve(name);

    RawImage bands = RawImage.read(file, null, new PixelFormat(List.of(1, 2, 3), 8));

    DecodedImage colors = ImageReader.read(file, null);
    assertThat(bands.size()).isEqualTo(colors.size());
    assertThat(bands.pixels()).isEqualTo(colors.rgb());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lzw-16.tif", "planes-16.tif", "tiles-16.tif", "plain-16.tif"})
  void decode_sixteenBits_areTheSameInEveryLayoutAndKeepTheirRange(String name) {
    PixelFormat format = new PixelFormat(List.of(7, 1), 16);
    RawImage expected = RawImage.read(FOLDER.resolve("planes-16.tif"), null, format);
    RawImage image = RawImage.read(FOLDER.resolve(name), null, format);
    float highest = 0;
    for (int i = 0; i < image.pixels().limit(); i += 4) {
      float value = image.pixels().order(ByteOrder.nativeOrder()).getFloat(i);
      highest = Math.max(highest, value);
      assertThat(value).isEqualTo(expected.pixels().order(ByteOrder.nativeOrder()).getFloat(i));
    }

    assertThat(highest).isBetween(10_000f, 12_000f);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "strips.tif",
        "packbits.tif",
        "lzw-16.tif",
        "planes-16.tif",
        "tiles-16.tif",
        "tiles-planes.tif",
        "plain-16.tif",
        "plain-tiles-planes-16.tif"
      })
  void decode_damagedTiff_isRefusedOrReadAsAnImage(String name) throws IOException {
    byte[] whole = Files.readAllBytes(FOLDER.resolve(name));
    PixelFormat format = new PixelFormat(List.of(1, 5), name.contains("16") ? 16 : 8);
    int refused = 0;
    for (int round = 0; round < 200; round++) {
      byte[] damaged = whole.clone();
      Random random = new Random(round);
      for (int i = 0; i < 3; i++) {
        damaged[random.nextInt(round % 2 == 0 ? 400 : damaged.length)] = (byte) random.nextInt();
      }
      try {
        ImageFile image = ImageFile.of(name, damaged, format);
        if (image.size().pixels() < 1 << 20) {
          long bytes = format.pixelBytes() * image.size().pixels();
          image.decodeInto(ByteBuffer.allocateDirect((int) bytes), 0, image.size());
        }
      } catch (ImageException e) {
        assertThat(e).hasMessageStartingWith(name + ": ");
        refused++;
      }
    }

    assertThat(refused).isPositive();
    byte[] cut = Arrays.copyOf(whole, whole.length * 2 / 3);
    assertThatThrownBy(
            () -> {
              ImageFile image = ImageFile.of(name, cut, format);
              image.decodeInto(ByteBuffer.allocateDirect(1 << 20), 0, image.size());
            })
        .isInstanceOf(ImageException.class);
  }
}
