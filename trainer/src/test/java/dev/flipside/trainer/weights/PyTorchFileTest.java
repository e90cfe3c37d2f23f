package dev.flipside.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch wrote. */
class PyTorchFileTest {
  private static final Path FOLDER = Path.of("src/test/resources/vectors");

  @ParameterizedTest
  @ValueSource(strings = {"tensors.pth", "nested.pth", "legacy.pth"})
  void read_everyTypeAndStride_valuesAsInPyTorch(String name) {
    try (WeightsFile file = WeightsFile.open(FOLDER.resolve(name))) {
      assertThat(values(file, "plain")).containsExactly(0, 1, 2, 3, 4, 5);
      assertThat(values(file, "transposed")).containsExactly(0, 3, 1, 4, 2, 5);
      assertThat(values(file, "slice")).containsExactly(3, 4, 5, 6);
      assertThat(values(file, "half")).containsExactly(0.5f, -2, 65504, 0x1p-24f);
      assertThat(values(file, "bfloat")).containsExactly(1.5f, -3);
      assertThat(values(file, "double")).containsExactly(1 / 3f);
      assertThat(values(file, "counter")).containsExactly(42);
      assertThat(values(file, "parameter")).containsExactly(7);
      assertThat(values(file, "empty")).isEmpty();
      assertThat(file.tensors()).hasSize(9);
    }
  }

  @Test
  void read_stateDictOfAModule_metadataIsLeftOut() {
    try (WeightsFile file = WeightsFile.open(FOLDER.resolve("module.pth"))) {
      assertThat(file.tensors())
          .extracting(StoredTensor::name)
          .containsExactly("weight", "bias", "running_mean", "running_var", "num_batches_tracked");
      assertThat(values(file, "running_var")).containsExactly(1, 1, 1);
    }
  }

  @Test
  void open_damagedFileOfBeforeZip_isRefusedByName(@TempDir Path folder) throws IOException {
    byte[] whole = Files.readAllBytes(FOLDER.resolve("legacy.pth"));
    Path file = folder.resolve("damaged.pth");
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 2000; round++) {
      byte[] bytes =
          Arrays.copyOf(whole, round % 2 == 0 ? whole.length : random.nextInt(whole.length));
      for (int i = random.nextInt(4); i > 0 && bytes.length > 15; i--) {
        bytes[15 + random.nextInt(bytes.length - 15)] = (byte) random.nextInt();
      }
      Files.write(file, bytes);
      try (WeightsFile read = WeightsFile.open(file)) {
        read.tensors().forEach(read::read);
      } catch (FlipsideException e) {
        assertThat(e).hasMessageContaining("damaged.pth");
      }
    }
  }

  @Test
  void open_wholePickledModule_failsNamingTheGlobal() {
    assertThatThrownBy(() -> WeightsFile.open(FOLDER.resolve("pickled-module.pth")).close())
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("torch.nn.modules.linear.Linear");
  }

  private static float[] values(WeightsFile file, String name) {
    return file.read(
        file.tensors().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow());
  }
}
