package dev.flipside.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.api.problem.ApiProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedFoldersTest {
  @TempDir Path folder;
  private Path root;
  private AllowedFolders allowed;

  @BeforeEach
  void makeRoot() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    Files.createDirectories(root.resolve("camvid/train"));
    Files.writeString(folder.resolve("secret.txt"), "secret");
    Files.createSymbolicLink(root.resolve("way-out"), folder);
    Files.createSymbolicLink(root.resolve("way-in"), root.resolve("camvid"));
    allowed = new AllowedFolders(List.of(root));
  }

  @Test
  void resolve_pathsBelowRoot_realPath() throws IOException {
    Path train = root.resolve("camvid/train").toRealPath();
    assertThat(allowed.resolve("pool", "camvid/train")).isEqualTo(train);
    assertThat(allowed.resolve("pool", train.toString())).isEqualTo(train);
    assertThat(allowed.resolve("pool", "way-in/train")).isEqualTo(train);
    assertThat(allowed.resolve("pool", "camvid/../camvid/train")).isEqualTo(train);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret.txt",
        "way-out/secret.txt",
        "camvid/../../secret.txt",
        "/etc/passwd",
        "missing",
        "nul\0byte"
      })
  void resolve_outsideOrMissing_sameRefusal(String named) {
    assertThatThrownBy(() -> allowed.resolve("pool", named))
        .isInstanceOf(ApiProblem.class)
        .hasMessageContaining("no such file or folder below the configured roots");
  }

  @Test
  void resolve_noRoots_saysHowToOpenOne() {
    assertThatThrownBy(() -> new AllowedFolders(List.of()).resolve("pool", "camvid"))
        .hasMessageContaining("--root DIR");
  }

  @Test
  void open_missingRoot_namesProperty() {
    assertThatThrownBy(() -> new AllowedFolders(List.of(folder.resolve("missing"))))
        .hasMessageContaining("flipside.roots");
  }

  @Test
  void holds_linkOutside_false() {
    assertThat(allowed.holds(root.resolve("way-out/secret.txt"))).isFalse();
    assertThat(allowed.holds(root.resolve("camvid"))).isTrue();
  }
}
