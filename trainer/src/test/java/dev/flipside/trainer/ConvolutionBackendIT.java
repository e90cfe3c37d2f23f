package dev.flipside.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.pytorch.jni.LibUtils;
import dev.flipside.models.card.Provenance;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.trainer.data.TrainingData;
import dev.flipside.trainer.engine.DeviceChoice;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.net.NetworkShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training in processes of their own, where oneDNN is switched off or computes wrong. */
class ConvolutionBackendIT {
  /**
   * Where oneDNN 3.7.1 asks an AMD processor for its caches: {@code mov r10d, 0x8000001D; mov r9d,
   * 1}.
   */
  private static final byte[] CACHE_LEAF = {
    0x41, (byte) 0xBA, 0x1D, 0, 0, (byte) 0x80, 0x41, (byte) 0xB9, 1, 0, 0, 0
  };

  /** The same for a leaf that no processor has, which answers with zeros. */
  private static final byte[] NO_LEAF = {
    0x41, (byte) 0xBA, (byte) 0xFF, (byte) 0xFF, 0, (byte) 0x80, 0x41, (byte) 0xB9, 1, 0, 0, 0
  };

  @TempDir Path folder;

  @Test
  void run_processorThatHidesItsCaches_trainsWithoutOneDnnAndExports() throws Exception {
    Path libraries = folder.resolve("djl");
    assumeTrue(
        hideCaches(libraries), "skipped: this libtorch does not ask for caches where expected");

    Run run = train("hidden", 2, Map.of("DJL_CACHE_DIR", libraries.toString()));

    assertThat(run.exit).as(run.errors).isZero();
    assumeTrue(
        !run.convolutions().equals("oneDNN"),
        "skipped: this processor is not asked for its caches in the way that can be hidden");
    assertThat(run.convolutions()).isEqualTo("libtorch native");
    assertThat(run.errors.lines().filter(line -> line.contains("Training without oneDNN")))
        .hasSize(1)
        .allMatch(line -> line.contains("oneDNN computes wrong convolutions on this processor"));
    assertThat(run.errors).doesNotContain("NNPACK");
  }

  @Test
  void run_resumedWithAnotherBackend_saysThatResultsDiffer() throws Exception {
    assumeTrue(
        Torch.convolutions().backend().toString().equals("oneDNN"),
        "skipped: oneDNN is off on this processor, there is no other backend");
    Run first = train("run", 1, Map.of());
    Run second = train("run", 2, Map.of("FLIPSIDE_ONEDNN", "off"));

    assertThat(first.exit).as(first.errors).isZero();
    assertThat(first.errors).doesNotContain("bit for bit");
    assertThat(second.exit).as(second.errors).isZero();
    assertThat(second.errors)
        .contains("written with convolutions by oneDNN, here they are computed by libtorch native")
        .contains("no longer identical bit for bit");
    assertThat(second.convolutions()).isEqualTo("libtorch native");
  }

  /** Copies DJL's libraries with the question for the caches changed; false if it is not there. */
  private static boolean hideCaches(Path to) throws IOException {
    Torch.engine();
    Path from = Path.of(LibUtils.getLibtorchPath());
    Path copy = Files.createDirectories(to.resolve("pytorch").resolve(from.getFileName()));
    try (Stream<Path> files = Files.list(from)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        Files.copy(each, copy.resolve(each.getFileName()));
      }
    }
    Path library = copy.resolve(System.mapLibraryName("torch_cpu"));
    try (FileChannel channel =
        FileChannel.open(library, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      for (int at = 0; at <= bytes.limit() - CACHE_LEAF.length; at++) {
        if (bytes.get(at) == CACHE_LEAF[0]
            && bytes.slice(at, CACHE_LEAF.length).equals(ByteBuffer.wrap(CACHE_LEAF))) {
          channel.write(ByteBuffer.wrap(NO_LEAF), at);
          return true;
        }
      }
      return false;
    }
  }

  private Run train(String name, int epochs, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path errors = folder.resolve("errors.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                folder.resolve("images").toString(),
                folder.resolve(name).toString(),
                Integer.toString(epochs))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(errors.toFile());
    Files.createDirectories(folder.resolve("images"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Run(process.exitValue(), Files.readString(errors), folder.resolve(name));
  }

  private record Run(int exit, String errors, Path folder) {
    String convolutions() {
      Provenance provenance =
          OnnxModelFile.read(folder.resolve("model.onnx")).card().orElseThrow().provenance();
      return Objects.requireNonNull(provenance).versions().getOrDefault("convolutions", "");
    }
  }

  /** Trains a network of odd channel counts for some epochs, or resumes it. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      ImageSize size = new ImageSize(32, 48);
      TrainingData data = SyntheticScenes.write(Path.of(args[0]), size, 4);
      TrainingPlan plan =
          TrainingPlan.select(NetworkShape.ofDepth(18).withWidth(0.3).withOutputStride(8), size, 5)
              .toBuilder()
              .batch(2)
              .epochs(2)
              .device(DeviceChoice.CPU)
              .build();
      int epochs = Integer.parseInt(args[2]);
      Path run = Path.of(args[1]);
      try {
        TrainingRun.run(
            plan,
            data,
            null,
            RunOptions.in(run).resumed(),
            new StopAfter(epochs),
            Clock.systemUTC());
      } catch (Stopped e) {
        System.exit(0);
      }
    }

    private record StopAfter(int epochs) implements TrainingListener {
      @Override
      public void stepped(StepReport report) {
        if (report.epoch() == epochs) {
          throw new Stopped();
        }
      }
    }

    private static final class Stopped extends RuntimeException {}
  }
}
