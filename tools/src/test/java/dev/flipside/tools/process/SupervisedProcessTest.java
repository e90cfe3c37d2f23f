package dev.flipside.tools.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class SupervisedProcessTest {
  @TempDir Path folder;

  private final StringWriter said = new StringWriter();

  @SuppressWarnings("NullAway.Init") // set before each test
  private ProcessRecord record;

  @BeforeEach
  void prepare() {
    record = new ProcessRecord(folder.resolve("agent.pid"));
  }

  private SupervisedProcess start(String script) throws Exception {
    return SupervisedProcess.start(
        "agent",
        List.of("sh", "-c", script),
        Map.of("WORD", "hello"),
        folder.resolve("log.txt"),
        record,
        new PrintWriter(said, true));
  }

  @Test
  void process_thatEndsAgainAndAgain_isGivenUp() throws Exception {
    try (SupervisedProcess process = start("echo $WORD; exit 7")) {
      process.join();
      assertThat(process.isAlive()).isFalse();
    }
    assertThat(Files.readAllLines(folder.resolve("log.txt"))).containsOnly("hello").hasSize(3);
    assertThat(said.toString())
        .contains("the agent ended with code 7 and is started again")
        .contains("giving up");
  }

  @Test
  void close_runningProcess_endsItAndDoesNotStartItAgain() throws Exception {
    SupervisedProcess process = start("echo begun; exec sleep 1000");
    while (Files.notExists(folder.resolve("log.txt"))
        || Files.readString(folder.resolve("log.txt")).isEmpty()) {
      Thread.sleep(20);
    }
    assertThat(process.isAlive()).isTrue();
    process.close();
    process.join();
    assertThat(Files.readAllLines(folder.resolve("log.txt"))).containsExactly("begun");
    assertThat(said.toString()).isEmpty();
  }

  @Test
  void record_runningProcess_isEndedOnlyIfItsStartIsTheSame() throws Exception {
    try (SupervisedProcess process = start("exec sleep 1000")) {
      String[] noted = Files.readString(record.file()).strip().split(" ", -1);
      ProcessHandle child = ProcessHandle.of(Long.parseLong(noted[0])).orElseThrow();
      process.giveUp();
      Files.writeString(
          record.file(),
          noted[0] + " " + (Long.parseLong(noted[1]) - 60_000) + System.lineSeparator());
      record.end();
      assertThat(child.isAlive()).isTrue();
      record.write(child);
      record.end();
      assertThat(child.isAlive()).isFalse();
      process.join();
    }
    assertThat(said.toString()).isEmpty();
    record.end();
  }

  @Test
  void keptPort_ofTheLastStart_isChosenAgainUnlessItIsInUse() throws Exception {
    PersistentPort kept = new PersistentPort(folder.resolve("port.txt"));
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
      kept.keep(port);
      assertThat(kept.choose()).isNotEqualTo(port);
    }
    assertThat(kept.choose()).isEqualTo(port);
  }
}
