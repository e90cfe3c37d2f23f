package dev.flipside.api.campaign.store.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteLibrariesTest {
  @TempDir Path folder;

  private Path file(String name, Duration age) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "");
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
  }

  @Test
  void deleteStale_copies_oldOnesOnly() throws IOException {
    Duration hour = Duration.ofHours(1);
    Path stale = file("sqlite-3.50.3.0-1-libsqlitejdbc.so", hour);
    Path lock = file("sqlite-3.50.3.0-1-libsqlitejdbc.so.lck", hour);
    Path fresh = file("sqlite-3.50.3.0-2-libsqlitejdbc.so", Duration.ZERO);
    Path other = file("sqlite-notes.txt", hour);

    SqliteLibraries.deleteStale(folder);

    assertThat(stale).doesNotExist();
    assertThat(lock).doesNotExist();
    assertThat(fresh).exists();
    assertThat(other).exists();
  }

  @Test
  void deleteStale_folderMissing_nothing() {
    SqliteLibraries.deleteStale(folder.resolve("none"));
  }
}
