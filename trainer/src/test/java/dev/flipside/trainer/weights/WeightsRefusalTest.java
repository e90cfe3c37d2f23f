package dev.flipside.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.trainer.Vectors;
import dev.flipside.trainer.net.NetworkShape;
import dev.flipside.trainer.net.SegmentationNetwork;
import dev.flipside.trainer.net.layer.Parameter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are damaged or hostile, and files of other networks. */
class WeightsRefusalTest {
  private static final Path GOOD =
      Vectors.of("f_weights/fcn_resnet18_narrow").file("model.safetensors");

  @TempDir Path folder;

  @Test
  void open_truncatedSafetensors_fails() throws IOException {
    byte[] good = Files.readAllBytes(GOOD);
    for (int length : new int[] {0, 7, 8, 9, 5000, good.length - 1}) {
      Path file = folder.resolve("cut.safetensors");
      Files.write(file, Arrays.copyOf(good, length));
      assertThatThrownBy(() -> WeightsFile.open(file).close())
          .as("%d bytes", length)
          .isInstanceOf(FlipsideException.class)
          .hasMessageContaining("cut.safetensors: not a whole safetensors file");
    }
  }

  @Test
  void open_headerLengthOfTwoToTheSixty_fails() throws IOException {
    for (long length : new long[] {1L << 60, -1, Long.MIN_VALUE, 100_000_001}) {
      assertThatThrownBy(() -> WeightsFile.open(safetensors(length, "{}")).close())
          .isInstanceOf(FlipsideException.class)
          .hasMessageContaining("says that its header is " + Long.toUnsignedString(length));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | lies at 0 to 4, expected 8",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}} | lies at -8 to 0",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[64],\"data_offsets\":[0,256]}} | ends after",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,0]}} | axis of length -1",
        "{\"a\":{\"dtype\":\"X9\",\"shape\":[1],\"data_offsets\":[0,4]}} | has type \"X9\"",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,4],\"data_offsets\":[0,4]}} | has a shape of",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}} | overlap",
        "{\"a\":{},\"a\":{}} | not JSON",
        "[1] | not a whole safetensors file",
        "{ | header is 1 bytes long"
      })
  void open_headerThatDoesNotFitTheData_fails(String header, String message) throws IOException {
    Path file = safetensors(header.length(), header);
    assertThatThrownBy(() -> SafetensorsFile.open(file).close())
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining(message);
  }

  @Test
  void open_pickleWithForeignGlobal_failsAndRunsNothing() throws IOException {
    byte[] hostile =
        "\u0080\u0002cos\nsystem\nX\u0004\0\0\0true\u0085R.".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> WeightsFile.open(pth(hostile)).close())
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("it names the Python global os.system")
        .hasMessageContaining("nothing was run");
  }

  @ParameterizedTest
  @CsvSource({
    "'\u0080\u0002}', ends too early",
    "'\u0080\u0002i.', opcode 0x69",
    "'\u0080\u0005}.', protocol 5",
    "'\u0080\u0002R.', empty stack",
    "'\u0080\u0002h\u0001.', never memorised",
    "'\u0080\u0002K\u0001.', no dictionary"
  })
  void open_pickleThatIsDamaged_fails(String pickle, String message) throws IOException {
    Path file = pth(pickle.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> WeightsFile.open(file).close())
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining(message);
  }

  @Test
  void open_textFile_fails() throws IOException {
    Path file = Files.writeString(folder.resolve("readme.txt"), "not a model");
    assertThatThrownBy(() -> WeightsFile.open(file).close())
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("readme.txt");
  }

  @Test
  void load_anotherNetwork_listsAllProblemsAndLoadsNothing() {
    NetworkShape wider = NetworkShape.ofDepth(18).withWidth(0.125);
    try (SegmentationNetwork network = SegmentationNetwork.create(wider, 5, 1, Device.cpu())) {
      List<float[]> before = values(network);
      assertThatThrownBy(() -> PretrainedWeights.load(GOOD, network))
          .isInstanceOf(FlipsideException.class)
          .hasMessageContaining("nothing was loaded")
          .hasMessageContaining(
              "another shape: classifier.4.weight, expected [5, 16, 1, 1], found [11, 16, 1, 1]")
          .hasMessageContaining("another shape: classifier.4.bias, expected [5], found [11]");
      assertThat(values(network)).usingRecursiveComparison().isEqualTo(before);
    }
    try (SegmentationNetwork deeper =
        SegmentationNetwork.create(
            NetworkShape.ofDepth(34).withWidth(0.125), 11, 1, Device.cpu())) {
      assertThatThrownBy(() -> PretrainedWeights.load(GOOD, deeper))
          .hasMessageContaining(
              "missing: backbone.layer1.2.conv1.weight, expected shape [8, 8, 3, 3]");
    }
  }

  @Test
  void loadBackbone_anotherNumberOfClasses_loadsAllButTheHead() {
    NetworkShape shape = NetworkShape.ofDepth(18).withWidth(0.125);
    try (SegmentationNetwork network = SegmentationNetwork.create(shape, 5, 1, Device.cpu());
        SegmentationNetwork whole = SegmentationNetwork.create(shape, 11, 2, Device.cpu())) {
      PretrainedWeights.load(GOOD, whole);
      List<float[]> before = values(network);
      PretrainedWeights.loadBackbone(GOOD, network);
      for (int i = 0; i < before.size(); i++) {
        Parameter weight = network.weights().get(i);
        float[] expected =
            weight.name().startsWith("backbone.") ? whole.weights().get(i).values() : before.get(i);
        assertThat(weight.values()).as(weight.name()).isEqualTo(expected);
      }
    }
  }

  private static List<float[]> values(SegmentationNetwork network) {
    return network.weights().stream().map(Parameter::values).toList();
  }

  private Path safetensors(long length, String header) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 8).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put(json);
    return Files.write(folder.resolve("file.safetensors"), bytes.array());
  }

  private Path pth(byte[] pickle) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(pickle);
      zip.closeEntry();
    }
    return Files.write(folder.resolve("file.pth"), bytes.toByteArray());
  }
}
