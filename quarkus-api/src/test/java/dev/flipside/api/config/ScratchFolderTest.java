package dev.flipside.api.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchFolderTest {
  @TempDir Path parent;

  @Test
  void open_folderOfAKilledProcess_isDeleted() throws Exception {
    Process other = other();
    Path abandoned = Path.of(other.inputReader().readLine());
    Files.writeString(abandoned.resolve("upload-1.png"), "x");
    other.destroyForcibly().waitFor();

    try (ScratchFolder mine = ScratchFolder.open(parent)) {
      assertThat(abandoned).doesNotExist();
      assertThat(mine.path()).exists();
    }
  }

  @Test
  void open_folderOfALivingProcess_isKept() throws Exception {
    Process other = other();
    try (ScratchFolder first = ScratchFolder.open(parent)) {
      Path theirs = Path.of(other.inputReader().readLine());
      Files.writeString(theirs.resolve("upload-1.png"), "x");
      try (ScratchFolder mine = ScratchFolder.open(parent)) {
        assertThat(theirs.resolve("upload-1.png")).exists();
        assertThat(first.path()).exists();
        assertThat(mine.path()).isNotEqualTo(first.path());
      }
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void open_oldFileOfAnEarlierVersion_isDeletedANewOneKept() throws IOException {
    Path old = Files.writeString(parent.resolve("upload-1.png"), "x");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    Path young = Files.writeString(parent.resolve("upload-2.png"), "x");

    try (ScratchFolder mine = ScratchFolder.open(parent)) {
      assertThat(old).doesNotExist();
      assertThat(young).exists();
      Files.writeString(mine.path().resolve("x"), "x");
    }

    assertThat(parent).isDirectoryContaining(each -> each.equals(young));
    assertThat(parent.toFile().list()).hasSize(1);
  }

  private Process other() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            parent.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Opens a folder, prints its path, and waits. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws Exception {
      try (ScratchFolder mine = ScratchFolder.open(Path.of(args[0]))) {
        System.out.write((mine.path() + "\n").getBytes(StandardCharsets.UTF_8));
        System.out.flush();
        Thread.sleep(60_000);
      }
    }
  }
}
