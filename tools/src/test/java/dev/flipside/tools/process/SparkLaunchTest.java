package dev.flipside.tools.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkLaunchTest {
  private static final SparkLaunch LAUNCH =
      new SparkLaunch(List.of("--master", "local[2]"), List.of("score", "--model", "m.onnx"));

  @TempDir Path folder;

  @Test
  void commandLine_built_submitsTheJarWithItsLibraries() throws IOException {
    Path submit = folder.resolve("home/bin/spark-submit");
    Files.createDirectories(submit.getParent());
    assertThat(Files.createFile(submit).toFile().setExecutable(true)).isTrue();
    Path built = build();

    List<String> expected =
        List.of(
            submit.toString(),
            "--class",
            "dev.flipside.spark.command.FlipsideSpark",
            "--jars",
            built.resolve("lib/a.jar") + "," + built.resolve("lib/b.jar"),
            "--master",
            "local[2]",
            built.resolve("flipside-spark.jar").toString(),
            "score",
            "--model",
            "m.onnx");
    assertThat(LAUNCH.commandLine(folder.resolve("home").toString(), built)).isEqualTo(expected);
    assertThat(LAUNCH.commandLine(null, built)).startsWith("spark-submit").hasSize(11);
  }

  @Test
  void commandLine_noSparkOrNotBuilt_isNamed() throws IOException {
    Path built = build();

    assertThatThrownBy(() -> LAUNCH.commandLine(folder.toString(), built))
        .isInstanceOf(FlipsideException.class)
        .hasMessageStartingWith(folder.resolve("bin/spark-submit") + ": no such program");
    assertThatThrownBy(() -> LAUNCH.commandLine(null, folder))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("flipside-spark.jar: the module for Spark is not built");
  }

  private Path build() throws IOException {
    Path built = Files.createDirectories(folder.resolve("target"));
    Files.createDirectory(built.resolve("lib"));
    Files.createFile(built.resolve("lib/b.jar"));
    Files.createFile(built.resolve("lib/a.jar"));
    Files.createFile(built.resolve("flipside-spark.jar"));
    return built;
  }
}
