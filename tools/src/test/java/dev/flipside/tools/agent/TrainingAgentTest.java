package dev.flipside.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.MustBeClosed;
import com.sun.net.httpserver.HttpExchange;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.Flipside;
import dev.flipside.tools.HttpStub;
import dev.flipside.tools.remote.RemoteService;
import dev.flipside.trainer.engine.DeviceChoice;
import dev.flipside.trainer.net.NetworkShape;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a round begins, against a service that refuses to begin one unless told otherwise. */
class TrainingAgentTest {
  private static final int EVERY = 20;

  private final List<String> begun = new ArrayList<>();
  private final List<String> reports = Collections.synchronizedList(new ArrayList<>());
  private final StringWriter said = new StringWriter();
  private String campaign = "";
  private String rounds = "[]";
  private boolean accepts;

  @TempDir Path folder;

  @RegisterExtension final HttpStub server = new HttpStub(this::answer);

  private void answer(HttpExchange exchange) throws IOException {
    String target = exchange.getRequestURI().getPath();
    boolean post = exchange.getRequestMethod().equals("POST");
    if (exchange.getRequestMethod().equals("PUT")) {
      reports.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    }
    if (post) {
      begun.add(target);
    }
    String body =
        post
            ? accepts
                ? "{\"number\":1,\"agent\":\"a\",\"state\":\"running\",\"training\":{}}"
                : "{\"detail\":\"another agent trains\"}"
            : target.endsWith("/rounds")
                ? "{\"rounds\":" + rounds + "}"
                : "{\"campaigns\":[" + campaign + "]}";
    HttpStub.send(exchange, post && !accepts ? 409 : 200, body);
  }

  private static String campaign(int labelled, int leased, int remaining) {
    return "{\"id\":\"c1\",\"name\":\"n\",\"pool\":\"/pool\",\"grid\":\"2x2\",\"classes\":{},"
        + "\"strategy\":\"entropy\",\"progress\":{\"regions\":400,\"labelled\":"
        + labelled
        + ",\"leased\":"
        + leased
        + ",\"remaining\":"
        + remaining
        + "}}";
  }

  private static String round(String agent, String state, int labels) {
    return "[{\"number\":1,\"agent\":\""
        + agent
        + "\",\"state\":\""
        + state
        + "\",\"training\":{\"labels\":"
        + labels
        + "}}]";
  }

  @MustBeClosed
  private TrainingAgent open() {
    AgentSettings settings =
        new AgentSettings(
            folder,
            null,
            EVERY,
            0.2,
            10,
            10,
            240,
            NetworkShape.ofDepth(18),
            DeviceChoice.CPU,
            Duration.ofMillis(1));
    URI url = server.url("");
    return TrainingAgent.open(new RemoteService(url, null), settings, new PrintWriter(said, true));
  }

  private boolean begins() throws Exception {
    try (TrainingAgent agent = open()) {
      agent.look(null);
    }
    return !begun.isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, false", "9, false", "10, true"})
  void look_noRoundYet_beginsWithHalfAsManyLabels(int labelled, boolean expected) throws Exception {
    campaign = campaign(labelled, 0, 300);
    assertThat(begins()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"done, 29, false", "done, 30, true", "failed, 9, false", "failed, 10, true"})
  void look_roundEnded_beginsWhenEnoughAreNewSinceTheLastDone(
      String state, int labelled, boolean expected) throws Exception {
    campaign = campaign(labelled, 0, 300);
    rounds = round("agent-x", state, 10);
    assertThat(begins()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, 0, true", "1, 0, false", "0, 1, false"})
  void look_nothingLeftToLabel_beginsWithAnyNewLabel(int leased, int remaining, boolean expected)
      throws Exception {
    campaign = campaign(11, leased, remaining);
    rounds = round("agent-x", "done", 10);
    assertThat(begins()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"running, false", "interrupted, true"})
  void look_roundOfAnotherAgent_isTakenOverOnlyWhenInterrupted(String state, boolean expected)
      throws Exception {
    campaign = campaign(50, 0, 300);
    rounds = round("agent-x", state, 10);
    assertThat(begins()).isEqualTo(expected);
  }

  @Test
  void look_ownRoundAfterARestart_goesOn() throws Exception {
    assertThat(begins()).isFalse();
    campaign = campaign(50, 0, 300);
    rounds = round(Files.readString(folder.resolve("agent.txt")).strip(), "running", 10);
    assertThat(begins()).isTrue();
  }

  @Test
  void look_campaignThatCannotBePrepared_endsTheRoundAndPauses() throws Exception {
    accepts = true;
    campaign =
        campaign(50, 0, 300)
            .replace("\"classes\":{}", "\"classes\":{\"classes\":[{\"color\":\"#x\"}]}");
    try (TrainingAgent agent = open()) {
      agent.look(null);
      assertThat(reports.get(reports.size() - 1)).contains("FAILED", "NumberFormatException");
      rounds = round("agent-x", "failed", 0);
      agent.look(null);
    }
    assertThat(begun).hasSize(1);
  }

  @Test
  void countStart_withoutProgress_isRefusedAfterThree() {
    CampaignFolder files = new CampaignFolder(folder);
    files.begin(1);
    files.countStart(1);
    files.countStart(1);
    files.progressed(1);
    for (int i = 0; i < 3; i++) {
      files.countStart(1);
    }
    assertThatThrownBy(() -> files.countStart(1))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("the agent ended 3 times without completing an epoch");
  }

  @Test
  void open_folderInUse_isRefused() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Flipside.class.getName(),
                "agent",
                "--url",
                server.url("").toString(),
                "--data",
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log.txt").toFile())
            .start();
    try {
      while (other.isAlive() && !Files.readString(folder.resolve("log.txt")).contains("watching")) {
        Thread.sleep(50);
      }
      assertThatThrownBy(this::begins)
          .isInstanceOf(FlipsideException.class)
          .hasMessageContaining("another agent runs with this folder");
    } finally {
      other.destroyForcibly().waitFor();
    }
    assertThat(begins()).isFalse();
  }
}
