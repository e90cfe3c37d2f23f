package dev.flipside.tools.command.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RegistryOptionsTest {
  private static final Path HOME = Path.of("/home/ada");

  @Test
  void folder_nothingSet_isInTheDataFolderOfTheUser() {
    assertThat(RegistryOptions.folder(Map.of(), HOME))
        .isEqualTo(Path.of("/home/ada/.local/share/flipside/models"));
  }

  @Test
  void folder_dataFolderSet_isInIt() {
    assertThat(RegistryOptions.folder(Map.of("XDG_DATA_HOME", "/data"), HOME))
        .isEqualTo(Path.of("/data/flipside/models"));
    // The specification ignores relative paths.
    assertThat(RegistryOptions.folder(Map.of("XDG_DATA_HOME", "data"), HOME))
        .isEqualTo(Path.of("/home/ada/.local/share/flipside/models"));
  }

  @Test
  void folder_registrySet_isIt() {
    assertThat(
            RegistryOptions.folder(
                Map.of("FLIPSIDE_REGISTRY", "models", "XDG_DATA_HOME", "/data"), HOME))
        .isEqualTo(Path.of("models"));
  }
}
