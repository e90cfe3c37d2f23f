package dev.flipside.scorer.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** ONNX Runtime reads the command line of its process, however long that is. */
class LongCommandLineIT {
  @Test
  void environment_commandLineOfTwentyThousandCharacters_starts() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                "x".repeat(20_000))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  /** Starts ONNX Runtime and ends. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      assertThat(OrtSessions.environment()).isNotNull();
    }
  }
}
