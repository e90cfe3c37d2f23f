package dev.flipside.scorer.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lists of pandas, Python, iconv and findutils, and folders with links of coreutils: {@code
 * src/test/python/make_pools.py} makes them.
 */
class PoolVariantsTest {
  private static final Path FILES = Path.of("src", "test", "resources", "pools");

  @TempDir Path root;

  static Stream<Path> lists() throws IOException {
    try (Stream<Path> files = Files.list(FILES)) {
      return files.filter(file -> file.toString().endsWith(".txt")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("lists")
  void ofList_ofAnyProgram_givesTheNamesOrIsRefused(Path list) {
    if (list.getFileName().toString().startsWith("refused")) {
      assertThatThrownBy(() -> Pool.ofList(root, list))
          .isInstanceOf(FlipsideException.class)
          .hasMessageStartingWith(list.toString())
          .hasMessageContaining("save it as UTF-8");
    } else {
      assertThat(ids(Pool.ofList(root, list)))
          .containsExactlyInAnyOrder("one.png", "sub/\u00FC \u00E9.png", "\u65E5\u672C.png");
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void ofFolder_linksOfLnAndCp_listsEachImageOnce() throws IOException {
    unpack("links.zip");

    Pool pool = Pool.ofFolder(root.resolve("pool"));

    assertThat(ids(pool))
        .hasSize(5)
        .contains("a/one.png", "a/b/two.png")
        .anyMatch(each -> each.startsWith("outside"))
        .anyMatch(each -> each.endsWith("four.png"))
        .anyMatch(each -> each.endsWith("five.png"));
    assertThat(pool.leftOut().links())
        .contains("a/above", "a/b/again", "same.png", "self", "up")
        .doesNotHaveDuplicates();
    for (PoolImage each : pool.images()) {
      assertThat(each.file()).isRegularFile();
    }
  }

  /** A link to the folder above would add everything beside the pool. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void ofFolder_linkAboveThePool_isLeftOut() throws IOException {
    Path pool = Files.createDirectories(root.resolve("pool/a"));
    Files.createDirectories(root.resolve("other"));
    Files.write(root.resolve("other/two.png"), new byte[0]);
    Files.write(pool.resolve("one.png"), new byte[0]);
    Files.createSymbolicLink(pool.resolve("root"), root.getRoot());
    Files.createSymbolicLink(pool.resolve("parent"), root);

    Pool found = Pool.ofFolder(root.resolve("pool"));

    assertThat(ids(found)).containsExactly("a/one.png");
    assertThat(found.leftOut().links()).containsExactly("a/parent", "a/root");
  }

  @Test
  void ofFolder_decomposedNames_areKept() throws IOException {
    unpack("decomposed.zip");

    assertThat(ids(Pool.ofFolder(root)))
        .hasSize(4)
        .allMatch(
            each ->
                each.equals(Normalizer.normalize(each, Normalizer.Form.NFD))
                    || each.equals(Normalizer.normalize(each, Normalizer.Form.NFC)))
        .contains("emoji\uD83D\uDE00.png", "one.png");
  }

  private void unpack(String name) throws IOException {
    try (ZipFile zip = ZipFile.builder().setPath(FILES.resolve(name)).get()) {
      for (ZipArchiveEntry each : Collections.list(zip.getEntries())) {
        Path target = root.resolve(each.getName());
        if (each.isDirectory()) {
          Files.createDirectories(target);
          continue;
        }
        Files.createDirectories(target.getParent());
        try (InputStream in = zip.getInputStream(each)) {
          if (each.isUnixSymlink()) {
            String to = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Files.createSymbolicLink(target, Path.of(to));
          } else {
            Files.copy(in, target);
          }
        }
      }
    }
  }

  private static List<String> ids(Pool pool) {
    return pool.images().stream().map(PoolImage::id).toList();
  }
}
