package dev.flipside.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.trainer.data.TrainingData;
import dev.flipside.trainer.engine.DeviceChoice;
import dev.flipside.trainer.net.NetworkShape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training in a process of its own that is killed without warning. */
class KillAndResumeIT {
  private static final int STEPS = 24;

  @TempDir Path folder;

  @Test
  void run_killedAtThreeRandomMomentsAndResumed_sameModelAsUninterrupted() throws Exception {
    Path images = Files.createDirectory(folder.resolve("images"));
    Path expected = folder.resolve("uninterrupted");
    assertThat(start(images, expected).waitFor(5, TimeUnit.MINUTES)).isTrue();

    Path killed = folder.resolve("killed");
    Random random = new Random();
    List<Integer> moments = new ArrayList<>();
    for (int kill = 0; kill < 3; kill++) {
      Process process = start(images, killed);
      int lines = 1 + random.nextInt(STEPS / 4);
      moments.add(lines);
      // The child says a line after each step; it is killed somewhere after the line drawn.
      try (var said = process.inputReader()) {
        for (int i = 0; i < lines && said.readLine() != null; i++) {}
        process.getInputStream().readNBytes(random.nextInt(5));
        process.destroyForcibly().waitFor();
      }
    }
    Process last = start(images, killed);
    String said = new String(last.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(last.waitFor()).as("killed after lines %s: %s", moments, said).isZero();

    assertThat(Files.readAllBytes(killed.resolve("model.onnx")))
        .as("killed after lines %s", moments)
        .isEqualTo(Files.readAllBytes(expected.resolve("model.onnx")));
  }

  private static Process start(Path images, Path run) throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new ProcessBuilder(
            java.toString(),
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            images.toString(),
            run.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** What is killed. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      ImageSize size = new ImageSize(32, 48);
      TrainingData data = SyntheticScenes.write(Path.of(args[0]), size, 6);
      TrainingPlan plan =
          TrainingPlan.finalStage(
                  NetworkShape.ofDepth(18).withWidth(0.125).withOutputStride(8), size, 5)
              .toBuilder()
              .batch(2)
              .epochs(STEPS / 3)
              .learningRate(LearningRate.steps(1e-3, 3, 0.5))
              .device(DeviceChoice.CPU)
              .build();
      TrainingListener speaking =
          new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
              System.out.println("step " + report.step());
            }
          };
      TrainingRun.run(
          plan,
          data,
          null,
          RunOptions.in(Path.of(args[1])).withCheckpointEvery(2).resumed(),
          speaking,
          Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    }
  }
}
