package dev.flipside.api.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutableLibrariesTest {
  @TempDir Path folder;

  @Test
  void of_folderBesideTheExecutable_isUsed() throws IOException {
    Path lib = Files.createDirectory(folder.resolve("lib"));

    assertThat(ExecutableLibraries.of(folder.resolve("service")).folder()).isEqualTo(lib);
  }

  @Test
  void of_executableInBin_usesTheFolderBesideBin() throws IOException {
    Path lib = Files.createDirectory(folder.resolve("lib"));
    Path bin = Files.createDirectory(folder.resolve("bin"));

    assertThat(ExecutableLibraries.of(bin.resolve("service")).folder()).isEqualTo(lib);
  }

  @Test
  void use_nothingSet_setsBothProperties() throws IOException {
    Path lib = Files.createDirectory(folder.resolve("lib"));
    Properties properties = new Properties();

    new ExecutableLibraries(lib).use(properties);

    assertThat(properties)
        .containsEntry("flipside.native.cache", lib.toString())
        .containsEntry("onnxruntime.native.path", lib.toString());
  }

  @Test
  void use_setByTheUser_isKept() throws IOException {
    Path lib = Files.createDirectory(folder.resolve("lib"));
    Properties properties = new Properties();
    properties.setProperty("onnxruntime.native.path", "/opt/onnxruntime");

    new ExecutableLibraries(lib).use(properties);

    assertThat(properties)
        .containsEntry("flipside.native.cache", lib.toString())
        .containsEntry("onnxruntime.native.path", "/opt/onnxruntime");
  }

  @Test
  void use_noFolder_isRefused() {
    assertThatThrownBy(
            () -> ExecutableLibraries.of(folder.resolve("service")).use(new Properties()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("there is no folder " + folder.resolve("lib"));
  }
}
