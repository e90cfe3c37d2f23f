package dev.flipside.scorer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.SegmentationClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;

class LabelReaderTest {
  @TempDir Path folder;

  @BeforeAll
  static void load() {
    OpenCv.load();
  }

  @Test
  void read_colorsOf16Bits_areRefusedBeforeTheyAreDecoded() throws IOException {
    byte[] png = Pictures.encode(".png", new Mat(2, 2, CvType.CV_16UC4, new Scalar(7, 7, 7, 9)));
    // Pixels that cannot be decoded: the header is enough.
    int idat = new String(png, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("IDAT");
    int length = java.nio.ByteBuffer.wrap(png).getInt(idat - 4);
    java.util.Arrays.fill(png, idat + 4, idat + 4 + length, (byte) 0);
    java.util.zip.CRC32 checksum = new java.util.zip.CRC32();
    checksum.update(png, idat, length + 4);
    java.nio.ByteBuffer.wrap(png).putInt(idat + 4 + length, (int) checksum.getValue());

    assertThatThrownBy(() -> LabelReader.read(write("wide.png", png), ClassMap.unnamed(3), null))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("colors of 16 bits");
  }

  @Test
  void read_greyPng_givesIds() throws IOException {
    Path file = write("a.png", Pictures.rawPng(2, 2, 8, 0, NONE, new byte[] {0, 0, 1, 0, 10, 11}));

    LabelMap map = LabelReader.read(file, ClassMap.CAMVID, null);

    assertThat(map).isEqualTo(new LabelMap(new ImageSize(2, 2), new byte[] {0, 1, 10, 11}));
  }

  @ParameterizedTest
  @CsvSource({"8, 0", "8, 3", "4, 0", "4, 3", "2, 0", "2, 3", "1, 0", "1, 3"})
  void read_anyDepthAndPalette_givesStoredSamples(int bits, int colorType) throws IOException {
    int most = Math.min(10, (1 << bits) - 1);
    byte[] palette = colorType == 3 ? new byte[3 * Math.min(256, 1 << bits)] : NONE;
    byte first = (byte) (bits == 8 ? most : most << (8 - bits));
    byte[] rows = bits == 8 ? new byte[] {0, first, 0} : new byte[] {0, first};
    Path file = write("a.png", Pictures.rawPng(1, 2, bits, colorType, palette, rows));

    LabelMap map = LabelReader.read(file, ClassMap.CAMVID, null);

    assertThat(map.ids()).containsExactly(most, 0);
  }

  @Test
  void read_idOutOfRange_namesFilePixelIdAndRange() throws IOException {
    Path file = write("a.png", Pictures.rawPng(2, 2, 8, 0, NONE, new byte[] {0, 0, 1, 0, 12, 2}));

    assertThatThrownBy(() -> LabelReader.read(file, ClassMap.CAMVID, null))
        .isInstanceOf(ImageException.class)
        .hasMessage(
            file
                + ": pixel (1, 0) holds id 12, expected 0 to 10, or 11 for unlabelled; check the"
                + " class map");
  }

  @Test
  void read_colorThatIsNoClass_isRefused() throws IOException {
    Path file = write("a.png", Pictures.rawPng(1, 1, 8, 2, NONE, new byte[] {0, 1, 1, 1}));

    assertThatThrownBy(() -> LabelReader.read(file, ClassMap.CAMVID, null))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(
            file + ": 1 color in 1 px not in the class map, the first one #010101 at pixel (0, 0)");
    assertThatThrownBy(() -> LabelReader.read(file, ClassMap.unnamed(3), null))
        .hasMessageContaining("the class map has no colors of its own");
  }

  @Test
  void read_sixteenBits_acceptsSmallIdsOnly() throws IOException {
    Path small =
        write("a.png", Pictures.encode(".png", new Mat(2, 2, CvType.CV_16UC1, new Scalar(7))));
    Path large =
        write("b.png", Pictures.encode(".png", new Mat(2, 2, CvType.CV_16UC1, new Scalar(700))));

    assertThat(LabelReader.read(small, ClassMap.CAMVID, null).ids()).containsOnly(7);
    assertThatThrownBy(() -> LabelReader.read(large, ClassMap.CAMVID, null))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("pixel (0, 0) holds id 700");
  }

  @Test
  void read_mappedValues_giveTheirClassesAndRefuseOthers() throws IOException {
    ClassMap two = ClassMap.of(255, new SegmentationClass("a", 1), new SegmentationClass("b", 2));
    byte[] row = {0, 0, (byte) 255, (byte) 128};
    Path file = write("a.png", Pictures.rawPng(1, 3, 8, 0, NONE, row));

    LabelMap map = LabelReader.read(file, LabelEncoding.parse(two, "0:a, 255:B,128:ignore"), null);

    assertThat(map.ids()).containsExactly(0, 1, 255);
    assertThatThrownBy(() -> LabelReader.read(file, LabelEncoding.parse(two, "0:0,255:1"), null))
        .isInstanceOf(ImageException.class)
        .hasMessage(
            file
                + ": pixel (0, 2) holds id 128, which --label-values does not map, expected [0,"
                + " 255]");
  }

  @Test
  void read_mappedColor_isDecoded() throws IOException {
    byte[] row = {0, 0, 0, 0, (byte) 0x80, (byte) 0x80, (byte) 0x80};
    Path file = write("a.png", Pictures.rawPng(1, 2, 8, 2, NONE, row));

    LabelMap map =
        LabelReader.read(file, LabelEncoding.parse(ClassMap.CAMVID, "#000000:ignore"), null);

    assertThat(map.ids()).containsExactly(11, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "255|expected VALUE:CLASS",
        "255:boat|no class \"boat\"",
        "255:12|no class \"12\"",
        "70000:Sky|expected a value of 0 to 65535",
        "#12345:Sky|expected a value of 0 to 65535",
        "-1:Sky|expected a value of 0 to 65535",
        "1:Sky,1:Car|mapped already"
      })
  void parse_wrongMapping_isNamed(String text, String message) {
    assertThatThrownBy(() -> LabelEncoding.parse(ClassMap.CAMVID, text))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining(message);
  }

  @Test
  void read_twoClassesOfOneColor_isRefused() throws IOException {
    ClassMap same = ClassMap.of(255, new SegmentationClass("a", 7), new SegmentationClass("b", 7));
    Path file = write("a.png", Pictures.rawPng(1, 1, 8, 2, NONE, new byte[] {0, 0, 0, 7}));

    assertThatThrownBy(() -> LabelReader.read(file, same, null))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("\"a\" and \"b\" have the same color #000007");
  }

  @Test
  void read_cityscapesLabelIds_areMappedToTrainIds() throws IOException {
    byte[] row = {0, 7, 8, 33, 0, 4, 26};
    Path file = write("x_gtFine_labelIds.png", Pictures.rawPng(1, 6, 8, 0, NONE, row));

    LabelMap map = LabelReader.read(file, ClassMap.CITYSCAPES, null);

    assertThat(map.ids()).containsExactly(0, 1, 18, 255, 255, 13);
  }

  @Test
  void read_resized_takesNearestPixelCenters() throws IOException {
    byte[] rows = {0, 1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9};
    Path file = write("a.png", Pictures.rawPng(3, 3, 8, 0, NONE, rows));

    assertThat(LabelReader.read(file, ClassMap.CAMVID, new ImageSize(1, 1)).ids())
        .containsExactly(5);
    assertThat(LabelReader.read(file, ClassMap.CAMVID, new ImageSize(3, 6)).ids())
        .containsExactly(1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9);
  }

  @Test
  void writeLabel_thenRead_givesTheSameMap() {
    LabelMap map = new LabelMap(new ImageSize(2, 3), new byte[] {0, 1, 2, 3, 11, 5});
    Path file = folder.resolve("out.png");

    ImageWriter.writeLabel(file, map);

    assertThat(LabelReader.read(file, ClassMap.CAMVID, null)).isEqualTo(map);
    assertThat(folder.toFile().list()).containsExactly("out.png");
  }

  @Test
  void writeLabel_missingFolder_namesFile() {
    Path file = folder.resolve("none/out.png");

    assertThatThrownBy(
            () ->
                ImageWriter.writeLabel(
                    file, LabelMap.unlabelled(new ImageSize(1, 1), ClassMap.CAMVID)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(file.toString());
  }

  private static final byte[] NONE = {};

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }
}
