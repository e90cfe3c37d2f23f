package dev.flipside.scorer.inference.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvidiaGpusTest {
  private static final String TABLE =
      """
      0, GPU-aaaa1111, 580.65.06, NVIDIA H100 80GB HBM3, 81559
      1, GPU-bbbb2222, 580.65.06, NVIDIA H100 80GB HBM3, 81559
      2, GPU-cccc3333, 580.65.06, NVIDIA L4, 23034
      """;

  @TempDir Path root;

  @Test
  void ofTable_noVariable_listsAll() {
    NvidiaGpus gpus = NvidiaGpus.ofTable(TABLE, Map.of());

    assertThat(gpus.gpus())
        .containsExactly(
            "NVIDIA H100 80GB HBM3, 81559 MiB",
            "NVIDIA H100 80GB HBM3, 81559 MiB",
            "NVIDIA L4, 23034 MiB");
    assertThat(gpus.driver()).isEqualTo("580.65.06");
    assertThat(gpus.driverMajor()).hasValue(580);
  }

  @Test
  void ofTable_visibleDevices_areThoseInTheirOrder() {
    assertThat(visible("2,0"))
        .containsExactly("NVIDIA L4, 23034 MiB", "NVIDIA H100 80GB HBM3, 81559 MiB");
    assertThat(visible("GPU-cccc")).containsExactly("NVIDIA L4, 23034 MiB");
    assertThat(visible("1,7,2")).hasSize(1);
    assertThat(visible("1,-1,2")).hasSize(1);
    assertThat(visible("")).isEmpty();
    assertThat(visible("none")).isEmpty();
  }

  @Test
  void visible_noDriver_isNone() {
    assertThat(NvidiaGpus.visible(Map.of(), root).count()).isZero();
  }

  private static List<String> visible(String variable) {
    return NvidiaGpus.ofTable(TABLE, Map.of("CUDA_VISIBLE_DEVICES", variable)).gpus();
  }

  /** As in a container that has the devices but not the program. */
  @Test
  void visible_devicesWithoutNvidiaSmi_areCounted() throws IOException {
    Path dev = Files.createDirectories(root.resolve("dev"));
    for (String name : List.of("nvidiactl", "nvidia-uvm", "nvidia0", "nvidia3")) {
      Files.createFile(dev.resolve(name));
    }

    NvidiaGpus gpus = NvidiaGpus.visible(Map.of(), root);

    assertThat(gpus.gpus()).containsExactly("/dev/nvidia0", "/dev/nvidia3");
  }
}
