package dev.flipside.scorer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.SegmentationClass;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Files of Pillow, tifffile, piexif and OpenCV in all formats, orientations, depths and kinds of
 * alpha, and what these libraries say they show: {@code src/test/python/make_images.py} writes
 * them.
 */
class RealFilesTest {
  private static final ClassMap CLASSES =
      ClassMap.of(
          255,
          new SegmentationClass("red", 0xFF0000),
          new SegmentationClass("green", 0x00FF00),
          new SegmentationClass("blue", 0x0000FF),
          new SegmentationClass("white", 0xFFFFFF));

  @TestFactory
  Stream<DynamicTest> read_image_showsWhatItsWriterSays() throws IOException {
    return files("images", RealFilesTest::checkImage);
  }

  @TestFactory
  Stream<DynamicTest> read_label_holdsWhatItsWriterSays() throws IOException {
    return files("labels", RealFilesTest::checkLabel);
  }

  private interface Check {
    void check(Path file, JsonNode expected);
  }

  private static Stream<DynamicTest> files(String name, Check check) throws IOException {
    Path folder = Path.of("src", "test", "resources", name);
    JsonNode all = new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
    assertThat(all.size()).isGreaterThan(50);
    return all.properties().stream()
        .map(
            each ->
                dynamicTest(
                    each.getKey(),
                    () -> check.check(folder.resolve(each.getKey()), each.getValue())));
  }

  private static void checkImage(Path file, JsonNode expected) {
    if (expected.has("refused")) {
      assertThatThrownBy(() -> ImageReader.read(file, null))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining(expected.get("refused").asText());
      return;
    }
    assertThat(ImageReader.probe(file)).isEqualTo(size(expected));
    DecodedImage image = ImageReader.read(file, null);
    byte[] found = new byte[image.rgb().limit()];
    image.rgb().get(0, found);
    byte[] right = HexFormat.of().parseHex(expected.get("pixels").asText());
    int most = 0;
    for (int i = 0; i < right.length; i++) {
      most = Math.max(most, Math.abs((found[i] & 0xFF) - (right[i] & 0xFF)));
    }
    assertThat(most)
        .as("greatest difference of %s", file)
        .isLessThanOrEqualTo(expected.get("tolerance").asInt());
  }

  private static void checkLabel(Path file, JsonNode expected) {
    if (expected.has("refused")) {
      assertThatThrownBy(() -> LabelReader.read(file, CLASSES, null))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining(expected.get("refused").asText());
      return;
    }
    LabelMap right =
        new LabelMap(size(expected), HexFormat.of().parseHex(expected.get("pixels").asText()));
    LabelMap found = LabelReader.read(file, CLASSES, null);
    assertThat(found.size()).isEqualTo(right.size());
    assertThat(found.ids()).isEqualTo(right.ids());
  }

  private static ImageSize size(JsonNode expected) {
    return new ImageSize(expected.get("height").asInt(), expected.get("width").asInt());
  }
}
