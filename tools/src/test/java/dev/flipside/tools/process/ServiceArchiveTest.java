package dev.flipside.tools.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceArchiveTest {
  private final StringWriter said = new StringWriter();

  @TempDir private Path folder;

  private Path runner = Path.of("set below");

  @BeforeEach
  void makeRunner() throws IOException {
    runner = Files.writeString(folder.resolve("quarkus-run.jar"), "no service");
  }

  private ServiceArchive archive() {
    return new ServiceArchive("false", runner, List.of());
  }

  @Test
  void prepare_serviceThatDoesNotStart_saysSoAndLeavesNothing() throws Exception {
    archive().prepare(new PrintWriter(said, true));

    assertThat(said.toString())
        .contains("the service starts more slowly")
        .contains("did not become ready");
    assertThat(archive().options()).isEmpty();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(runner);
    }
  }

  @Test
  void prepare_archiveNewerThanService_isUsedAsItIs() throws Exception {
    Path file = folder.resolve("classes-" + Runtime.version() + ".jsa");
    Files.writeString(file, "an archive");

    archive().prepare(new PrintWriter(said, true));

    assertThat(said.toString()).isEmpty();
    assertThat(archive().options()).containsExactly("-XX:SharedArchiveFile=" + file);
  }

  @Test
  void prepare_archiveOlderThanService_isWrittenAnew() throws Exception {
    Path file = folder.resolve("classes-" + Runtime.version() + ".jsa");
    Files.writeString(file, "an archive");
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));

    archive().prepare(new PrintWriter(said, true));

    assertThat(said.toString()).contains("Preparing");
  }
}
