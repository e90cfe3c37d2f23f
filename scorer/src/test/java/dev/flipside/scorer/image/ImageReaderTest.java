package dev.flipside.scorer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.ImageSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;

class ImageReaderTest {
  @TempDir Path folder;

  @BeforeAll
  static void load() {
    OpenCv.load();
  }

  @Test
  void read_pngOfFourColors_givesThemAsRgb() throws IOException {
    byte[] rows = {0, 10, 20, 30, 40, 50, 60, 0, 70, 80, 90, 100, 110, 120};
    Path file = write("four.png", Pictures.rawPng(2, 2, 8, 2, new byte[0], rows));

    DecodedImage image = ImageReader.read(file, null);

    assertThat(image.size()).isEqualTo(new ImageSize(2, 2));
    assertThat(image.color(0, 0)).isEqualTo(0x0A141E);
    assertThat(image.color(0, 1)).isEqualTo(0x28323C);
    assertThat(image.color(1, 0)).isEqualTo(0x46505A);
    assertThat(image.color(1, 1)).isEqualTo(0x646E78);
  }

  @Test
  void of_bytes_givesThePixelsOfTheFile() throws IOException {
    Path file = Pictures.png(folder.resolve("a.png"), 20, 30, 1);
    DecodedImage decoded = DecodedImage.black(new ImageSize(20, 30));

    ImageFile.of("s3a://bucket/a.png", Files.readAllBytes(file))
        .decodeInto(decoded.rgb(), 0, decoded.size());

    assertThat(decoded.rgb()).isEqualTo(ImageReader.read(file, null).rgb());
  }

  @Test
  void of_cutBytes_namesTheImage() throws IOException {
    byte[] whole = Files.readAllBytes(Pictures.png(folder.resolve("a.png"), 20, 30, 1));

    assertThatThrownBy(
            () -> ImageFile.of("s3a://bucket/a.png", Arrays.copyOf(whole, whole.length / 2)))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("s3a://bucket/a.png: ");
  }

  @Test
  void read_greyPng_repeatsGreyOnThreeChannels() throws IOException {
    Path file = write("grey.png", Pictures.rawPng(1, 2, 8, 0, new byte[0], new byte[] {0, 7, 9}));

    DecodedImage image = ImageReader.read(file, null);

    assertThat(image.color(0, 0)).isEqualTo(0x070707);
    assertThat(image.color(0, 1)).isEqualTo(0x090909);
  }

  @Test
  void read_sixteenBitPng_keepsHighByte() throws IOException {
    byte[] rows = {0, 0x12, (byte) 0xFF, 0x7F, (byte) 0x80};
    Path file = write("deep.png", Pictures.rawPng(1, 2, 16, 0, new byte[0], rows));

    DecodedImage image = ImageReader.read(file, null);

    assertThat(image.color(0, 0)).isEqualTo(0x121212);
    assertThat(image.color(0, 1)).isEqualTo(0x7F7F7F);
  }

  @Test
  void read_palettePng_looksColorsUp() throws IOException {
    byte[] palette = {1, 2, 3, 4, 5, 6};
    Path file = write("palette.png", Pictures.rawPng(1, 2, 8, 3, palette, new byte[] {0, 1, 0}));

    DecodedImage image = ImageReader.read(file, null);

    assertThat(image.color(0, 0)).isEqualTo(0x040506);
    assertThat(image.color(0, 1)).isEqualTo(0x010203);
  }

  @Test
  void read_pngWithAlpha_dropsAlpha() throws IOException {
    Path file =
        write("alpha.png", Pictures.rawPng(1, 1, 8, 6, new byte[0], new byte[] {0, 9, 8, 7, 1}));

    assertThat(ImageReader.read(file, null).color(0, 0)).isEqualTo(0x090807);
  }

  @ParameterizedTest
  @ValueSource(strings = {".webp", ".tiff", ".png", ".jpg"})
  void read_oneColorInEachFormat_givesThatColor(String extension) throws IOException {
    Mat pixels = new Mat(48, 64, CvType.CV_8UC3, new Scalar(0x30, 0x60, 0x90));
    Path file = write("one" + extension, Pictures.encode(extension, pixels));

    DecodedImage image = ImageReader.read(file, null);

    assertThat(image.size()).isEqualTo(new ImageSize(48, 64));
    int color = image.color(20, 20);
    assertThat(color >> 16).isBetween(0x8D, 0x93);
    assertThat(color >> 8 & 0xFF).isBetween(0x5D, 0x63);
    assertThat(color & 0xFF).isBetween(0x2D, 0x33);
    assertThat(ImageReader.probe(file)).isEqualTo(image.size());
  }

  @Test
  void read_sixteenBitTiff_keepsHighByte() throws IOException {
    Mat pixels = new Mat(3, 5, CvType.CV_16UC1, new Scalar(0x12FF));
    Path file = write("deep.tiff", Pictures.encode(".tiff", pixels));

    assertThat(ImageReader.read(file, null).color(1, 1)).isEqualTo(0x121212);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void read_jpegWithExifOrientation_turnsPixels(int orientation) throws IOException {
    // White in the stored top-left quarter, black elsewhere, on 16 rows and 32 columns.
    Mat pixels = Mat.zeros(16, 32, CvType.CV_8UC3);
    pixels.submat(0, 8, 0, 16).setTo(Scalar.all(255));
    byte[] plain = Pictures.encode(".jpg", pixels);
    Path file = write("turned.jpg", withOrientation(plain, orientation));

    DecodedImage image = ImageReader.read(file, null);

    boolean transposed = orientation >= 5;
    assertThat(image.size())
        .isEqualTo(transposed ? new ImageSize(32, 16) : new ImageSize(16, 32))
        .isEqualTo(ImageReader.probe(file));
    int bottom = image.size().height() - 2;
    int right = image.size().width() - 2;
    boolean whiteBelow =
        orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
    boolean whiteRight =
        orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    for (boolean below : new boolean[] {false, true}) {
      for (boolean beside : new boolean[] {false, true}) {
        int green = image.color(below ? bottom : 1, beside ? right : 1) >> 8 & 0xFF;
        assertThat(green > 128)
            .as("orientation %s, below %s, beside %s", orientation, below, beside)
            .isEqualTo(below == whiteBelow && beside == whiteRight);
      }
    }
  }

  @Test
  void read_halvedSize_averagesAreas() throws IOException {
    byte[] rows = {0, 10, 20, 0, 30, 40};
    Path file = write("small.png", Pictures.rawPng(2, 2, 8, 0, new byte[0], rows));

    assertThat(ImageReader.read(file, new ImageSize(1, 1)).color(0, 0)).isEqualTo(0x191919);
  }

  @Test
  void readInto_offset_leavesOtherBytesAlone() throws IOException {
    Path file = Pictures.png(folder.resolve("a/x.png"), 4, 5, 3);
    ByteBuffer target = ByteBuffer.allocateDirect(60 + 60 + 7);
    for (int at = 0; at < target.limit(); at++) {
      target.put(at, (byte) 1);
    }

    ImageReader.readInto(file, new ImageSize(4, 5), target, 60);

    ByteBuffer alone = ImageReader.read(file, null).rgb();
    assertThat(target.slice(60, 60)).isEqualTo(alone);
    for (int at = 0; at < target.limit(); at++) {
      if (at < 60 || at >= 120) {
        assertThat(target.get(at)).isEqualTo((byte) 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".webp", ".tiff", ".png", ".jpg"})
  void read_truncatedAnywhere_isReported(String extension) throws IOException {
    DecodedImage noise = Pictures.noise(40, 60, 1);
    Mat pixels = new Mat(40, 60, CvType.CV_8UC3, noise.rgb());
    byte[] whole = Pictures.encode(extension, pixels);
    assertThat(ImageReader.read(write("whole" + extension, whole), null).size())
        .isEqualTo(new ImageSize(40, 60));

    for (int length = 0; length < whole.length - 1; length += 37) {
      // OpenCV's TIFF writer puts its directory behind the pixels, so any cut loses it.
      Path file = write("cut" + extension, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> ImageReader.read(file, null))
          .as("%s cut to %s of %s bytes", extension, length, whole.length)
          .isInstanceOf(ImageException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void read_pngWithFlippedBit_isReported() throws IOException {
    byte[] bytes = Files.readAllBytes(Pictures.png(folder.resolve("a/x.png"), 40, 50, 3));
    bytes[bytes.length / 2] ^= 4;
    Path file = write("damaged.png", bytes);

    assertThatThrownBy(() -> ImageReader.read(file, null))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("fails its checksum");
  }

  @Test
  void read_hugeDeclaredSize_isRefusedFromTheHeader() throws IOException {
    Path file =
        write("bomb.png", Pictures.rawPng(100_000, 100_000, 8, 2, new byte[0], new byte[9]));

    assertThatThrownBy(() -> ImageReader.read(file, null))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("declares 100000x100000 px");
  }

  @Test
  void read_zeroDeclaredSize_isRefused() throws IOException {
    Path file = write("none.png", Pictures.rawPng(0, 0, 8, 2, new byte[0], new byte[1]));

    assertThatThrownBy(() -> ImageReader.read(file, null))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("declares 0x0 px");
  }

  @Test
  void read_pixelsMissingBehindGoodChecksums_isReported() throws IOException {
    Path file = write("short.png", Pictures.rawPng(50, 50, 8, 2, new byte[0], new byte[20]));

    assertThatThrownBy(() -> ImageReader.read(file, null)).isInstanceOf(ImageException.class);
  }

  @Test
  void read_otherFiles_areReportedWithTheirName() throws IOException {
    Path text = write("text.png", "not an image".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Path empty = write("empty.png", new byte[0]);

    assertThatThrownBy(() -> ImageReader.read(text, null))
        .hasMessage(
            text + ": not an image that can be read, expected a PNG, JPEG, WebP, TIFF or BMP file");
    assertThatThrownBy(() -> ImageReader.read(empty, null))
        .hasMessage(empty + ": the file is empty, expected an image");
    assertThatThrownBy(() -> ImageReader.read(folder.resolve("no.png"), null))
        .hasMessage(folder.resolve("no.png") + ": no such file");
    assertThatThrownBy(() -> ImageReader.read(folder, null))
        .hasMessage(folder + ": a folder, expected an image file");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  @Timeout(60)
  void read_linkToDevice_isRefusedAndNotReadToItsEnd() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("zero.png"), Path.of("/dev/zero"));

    assertThatThrownBy(() -> ImageReader.read(link, null))
        .isInstanceOf(ImageException.class)
        .hasMessage(link + ": a pipe or device, expected an image file");
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  /** Puts an EXIF segment with one tag behind the start-of-image marker. */
  private static byte[] withOrientation(byte[] jpeg, int orientation) {
    byte[] exif = {
      (byte) 0xFF,
      (byte) 0xE1,
      0,
      34,
      'E',
      'x',
      'i',
      'f',
      0,
      0,
      'M',
      'M',
      0,
      42,
      0,
      0,
      0,
      8,
      0,
      1,
      0x01,
      0x12,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      (byte) orientation,
      0,
      0,
      0,
      0,
      0,
      0
    };
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.writeBytes(exif);
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }
}
