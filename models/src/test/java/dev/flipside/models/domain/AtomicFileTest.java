package dev.flipside.models.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void write_overAnEarlierFile_replacesItAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("a.json");
    AtomicFile.write(file, "old and longer");
    AtomicFile.write(file, "né");
    assertThat(file).hasContent("né");
    assertOnly(file);
  }

  @Test
  void deleteUnfinished_ofAKilledProcess_deletesThatAlone() throws IOException {
    String uuid = "123e4567-e89b-12d3-a456-426614174000";
    Path old = Files.writeString(folder.resolve(".a.json." + uuid + ".tmp"), "half");
    Path other = Files.writeString(folder.resolve(".b.json." + uuid + ".tmp"), "half");
    Path own = Files.writeString(folder.resolve(".a.json.mine.tmp"), "kept");
    FileTime hourAgo = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
    for (Path each : List.of(old, other, own)) {
      Files.setLastModifiedTime(each, hourAgo);
    }
    Path young = Files.writeString(folder.resolve(".a.json.9" + uuid.substring(1) + ".tmp"), "h");

    AtomicFile.deleteUnfinished(folder.resolve("a.json"));

    assertThat(old).doesNotExist();
    assertThat(List.of(other, own, young)).allSatisfy(each -> assertThat(each).exists());
    AtomicFile.deleteUnfinished(folder.resolve("no folder").resolve("a.json"));
  }

  @Test
  void write_likeAnyNewFile_samePermissions() throws IOException {
    Path file = folder.resolve("a.json");
    AtomicFile.write(file, "a");
    Path plain = Files.writeString(folder.resolve("plain"), "a");
    assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(plain));
  }

  @Test
  void write_contentThatFailsHalfway_leavesTheEarlierFile() throws IOException {
    Path file = folder.resolve("a.json");
    AtomicFile.write(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      AtomicFile.writeAll(channel, ByteBuffer.wrap(new byte[5]));
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("a.json: cannot be written")
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("must exist, be writable and have space left");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      throw new IllegalStateException("a tensor is gone");
                    }))
        .hasMessage("a tensor is gone");
    assertThat(file).hasContent("old");
    assertOnly(file);
  }

  @Test
  void write_nameOfMostBytes_isWritten() {
    Path file = folder.resolve("a".repeat(251) + ".png");

    AtomicFile.write(file, "a");

    assertThat(file).hasContent("a");
  }

  @Test
  void write_folderMissingOrNoName_fails() {
    Path file = folder.resolve("missing/a.json");
    assertThatThrownBy(() -> AtomicFile.write(file, "a"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("missing/a.json: cannot be written");
    assertThatThrownBy(() -> AtomicFile.write(Path.of("/"), "a"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("not the name of a file");
  }

  private void assertOnly(Path file) throws IOException {
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }
}
