package dev.flipside.api.health;

import dev.flipside.api.config.DataFolder;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Readiness check: a file can be written in the data folder. */
@Readiness
@Singleton
final class DataFolderHealth implements HealthCheck {
  private static final int BYTES = 1 << 16;

  private final DataFolder data;

  @Inject
  DataFolderHealth(DataFolder data) {
    this.data = data;
  }

  @Override
  public HealthCheckResponse call() {
    try {
      write();
      return HealthCheckResponse.up("data folder");
    } catch (IOException | IllegalStateException e) {
      return HealthCheckResponse.named("data folder")
          .down()
          .withData("error", data.root() + ": cannot be written: " + e.getMessage())
          .build();
    }
  }

  private void write() throws IOException {
    Path file = Files.createTempFile(data.uploads(), "ready-", ".tmp");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocate(BYTES);
      while (zeros.hasRemaining()) {
        channel.write(zeros);
      }
      channel.force(true);
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
