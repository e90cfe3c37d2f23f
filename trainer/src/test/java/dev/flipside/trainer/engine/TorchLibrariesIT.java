package dev.flipside.trainer.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.domain.FlipsideException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The folder of libtorch, in processes of its own: the engine starts once in each. */
class TorchLibrariesIT {
  @TempDir Path folder;

  @Test
  @Timeout(120)
  void engine_folderCannotBeMade_saysWhichAndTheRemedy() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("DJL_CACHE_DIR", file.toString());

    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).as(said).isEqualTo(3);
    assertThat(said.lines())
        .as("the same for whoever asks later")
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith("PyTorch's libraries cannot be unpacked into " + file)
                    .contains("DJL_CACHE_DIR"));
  }

  /** Starts the engine twice and prints why it does not start. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      int failures = 0;
      for (int attempt = 0; attempt < 2; attempt++) {
        try {
          Torch.engine();
        } catch (FlipsideException e) {
          System.out.println(e.getMessage());
          failures++;
        }
      }
      System.exit(failures + 1);
    }
  }
}
