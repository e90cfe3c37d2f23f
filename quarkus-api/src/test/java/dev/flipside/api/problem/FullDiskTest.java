package dev.flipside.api.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class FullDiskTest {
  @Test
  void caused_fullDisk_isSeenThroughItsWrappers() {
    IOException full = new IOException("No space left on device");
    assertThat(FullDisk.caused(full)).isTrue();
    assertThat(FullDisk.caused(new FileSystemException("/x", null, "Disk quota exceeded")))
        .isTrue();
    assertThat(FullDisk.caused(new FlipsideException("/x: cannot be written", full))).isTrue();
    assertThat(FullDisk.caused(new UncheckedIOException(full))).isTrue();
  }

  @Test
  void caused_otherFailure_isNot() {
    assertThat(FullDisk.caused(new IOException("Permission denied"))).isFalse();
    assertThat(FullDisk.caused(new IOException())).isFalse();
    assertThat(FullDisk.caused(new FlipsideException("no space left on device"))).isFalse();
  }
}
