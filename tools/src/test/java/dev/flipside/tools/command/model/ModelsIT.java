package dev.flipside.tools.command.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.models.registry.ModelEntry;
import dev.flipside.models.registry.ModelRegistry;
import dev.flipside.tools.Flipside;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One folder of models and several processes at once, some of which are killed. */
@Timeout(300)
class ModelsIT {
  private static final int PROCESSES = 5;
  private static final int KILLS = 12;
  private static final int WIDE = 1500;

  @TempDir Path folder;

  private Path registry;
  private Path model;

  @BeforeEach
  void write() {
    registry = folder.resolve("registry");
    model = model("large", WIDE);
  }

  @Test
  void add_processesAtOnce_endWithOneCopy() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      processes.add(start("add", model));
    }
    Set<String> said = new HashSet<>();
    for (Process each : processes) {
      said.add(said(each));
    }

    assertThat(said).hasSize(1);
    assertThat(ModelRegistry.open(registry).list())
        .singleElement()
        .extracting(ModelEntry::id)
        .isIn(said);
    assertThat(leftovers()).isEmpty();
    requireWhole();
  }

  @Test
  void add_killedAtAnyMoment_publishesAllOrNothingAndIsClearedLater() throws Exception {
    long start = System.nanoTime();
    said(start("add", model));
    long whole = System.nanoTime() - start;
    Random random = new Random(4);
    int killed = 0;
    for (int i = 0; i < KILLS; i++) {
      ModelRegistry open = ModelRegistry.open(registry);
      open.list().forEach(each -> open.remove(each.id()));
      Process process = start("add", model);
      // The second half of a run is the one that writes.
      Thread.sleep(Duration.ofNanos((long) (whole * (0.5 + 0.5 * random.nextDouble()))).toMillis());
      killed += process.isAlive() ? 1 : 0;
      process.destroyForcibly().waitFor();
      requireWhole();
    }
    assertThat(killed).as("killed before their end").isPositive();
    Path fresh = Files.createDirectory(registry.resolve(".adding-at-work"));
    Files.createDirectory(registry.resolve(".adding-long-dead"));
    for (Path each : leftovers()) {
      if (!each.equals(fresh)) {
        age(each);
      }
    }

    said(start("add", model));

    assertThat(leftovers()).containsExactly(fresh);
    assertThat(ModelRegistry.open(registry).list()).hasSize(1);
    requireWhole();
  }

  @Test
  void activate_byAnotherProcess_isSeenByReadersWithoutAGap() throws Exception {
    Path small = model("small", 10);
    List<String> ids = List.of(said(start("add", small)), said(start("add", model)));
    said(start("activate", ids.get(0)));
    ModelRegistry reader = ModelRegistry.open(registry);
    Set<String> seen = new HashSet<>();
    for (int i = 1; i <= 4; i++) {
      Process process = start("activate", ids.get(i % 2));
      while (process.isAlive()) {
        seen.add(reader.active().orElseThrow().id());
      }
      said(process);
      assertThat(reader.activeId()).contains(ids.get(i % 2));
    }

    assertThat(seen).containsExactlyInAnyOrderElementsOf(ids);
  }

  /** What is listed has its card and the bytes that its name promises. */
  private void requireWhole() {
    for (ModelEntry each : ModelRegistry.open(registry).list()) {
      assertThat(OnnxModelFile.read(each.file()).digest()).isEqualTo(each.id());
    }
  }

  private static void age(Path root) throws IOException {
    FileTime old = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path each : tree.toList()) {
        Files.setLastModifiedTime(each, old);
      }
    }
  }

  private List<Path> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(registry)) {
      return files
          .filter(each -> !each.getFileName().toString().matches("[0-9a-f]{64}|active|\\.lock"))
          .toList();
    }
  }

  /** Convolutions of a pixel, {@code width} wide. */
  private Path model(String name, int width) {
    OnnxGraph graph = new OnnxGraph(name, 17);
    OnnxValue x = graph.input("x", TensorType.FLOAT32, "N", 3, "H", "W");
    int[] widths = {3, width, width, width, width, width, 3};
    for (int layer = 1; layer < widths.length; layer++) {
      int from = widths[layer - 1];
      int to = widths[layer];
      OnnxValue weights = graph.initializer("w" + layer, new float[from * to], to, from, 1, 1);
      x = graph.node("Conv", Map.of(), x, weights);
    }
    graph.output("y", x, TensorType.FLOAT32, "N", 3, "H", "W");
    Path file = folder.resolve(name + ".onnx");
    graph.build("test", "1").write(file);
    return file;
  }

  private Process start(String command, Object argument) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Flipside.class.getName(),
            "models",
            command,
            argument.toString(),
            "--registry",
            registry.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String said(Process process) throws IOException, InterruptedException {
    String out =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    return out;
  }
}
