package dev.flipside.api.soak;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.scorer.inference.ExecutionProvider;
import dev.flipside.scorer.inference.ExecutionProviders;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices that are configured and cannot be used: the packaged service does not start. */
@Timeout(120)
class DeviceIT {
  @TempDir Path folder;

  @Test
  void start_gpuNotUsable_endsWithTheReason() throws Exception {
    Assumptions.assumeFalse(
        ExecutionProviders.diagnose().stream()
            .anyMatch(each -> each.provider() == ExecutionProvider.CUDA && each.usable()),
        "there is a GPU");
    refused("provider cuda cannot be used: ", "-Dflipside.scoring.device=cuda:0");
  }

  @Test
  void start_deviceContradictsProvider_endsWithTheReason() throws Exception {
    refused(
        "device cuda contradicts provider cpu; give one of them",
        "-Dflipside.scoring.device=cuda",
        "-Dflipside.scoring.provider=cpu");
  }

  @Test
  void start_unknownDevice_endsWithTheReason() throws Exception {
    refused("flipside.scoring.device", "-Dflipside.scoring.device=gpu");
  }

  private void refused(String message, String... settings) throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    try (ServiceProcess service = new ServiceProcess(folder, data, settings)) {
      assertThatThrownBy(service::start)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(message);
    }
  }
}
