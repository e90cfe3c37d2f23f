package dev.flipside.tools.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.Flipside;
import dev.flipside.tools.HttpStub;
import dev.flipside.tools.console.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Against a service that says what the test wants. */
class RemoteServiceTest {
  private static final String SELECTION =
      """
      {"id":"s1","annotator":"ada","expires":"2030-01-01T00:00:00Z","shortfall":"none","new":1,
       "regions":[{"rank":1,"id":"x.0.1","image":"a b.png","row":0,"col":1,"y":0,"x":20,
       "height":20,"width":20,"score":1.5,"links":{"label":"/api/label"}}]}
      """;

  private record Answer(int status, String body) {}

  private final Queue<Answer> answers = new ArrayDeque<>();
  private final List<String> requests = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();

  @TempDir Path folder;

  @RegisterExtension final HttpStub server = new HttpStub(this::answer);

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    requests.add(
        (exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body).strip());
    keys.add(
        exchange.getRequestHeaders().getFirst("Idempotency-Key")
            + " "
            + exchange.getRequestHeaders().getFirst("X-Api-Key"));
    Answer answer = answers.remove();
    HttpStub.send(exchange, answer.status(), answer.body());
  }

  private URI url() {
    return server.url("");
  }

  private RemoteService service() {
    return new RemoteService(url(), "secret");
  }

  @Test
  void select_busyFirst_isRepeatedWithTheSameKey() {
    answers.add(new Answer(503, "{\"detail\":\"the ledger is locked\"}"));
    answers.add(new Answer(201, SELECTION));
    RemoteSelection selection = service().select("c 1", Map.of("k", 1));
    assertThat(selection.regions().get(0).links()).containsEntry("label", "/api/label");
    assertThat(requests)
        .containsExactly(
            "POST /api/campaigns/c%201/selections {\"k\":1}",
            "POST /api/campaigns/c%201/selections {\"k\":1}");
    assertThat(keys.get(0)).isEqualTo(keys.get(1)).endsWith(" secret").doesNotStartWith("null");
  }

  @Test
  void campaign_refused_saysWhatTheServiceSays() {
    answers.add(new Answer(404, "{\"detail\":\"campaign \\\"x\\\": there is none\"}"));
    assertThatThrownBy(() -> service().campaign("x"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("/api/campaigns/x: 404, campaign \"x\": there is none");
  }

  @Test
  void label_unavailable_isNotRepeated() throws IOException {
    Path png = Files.writeString(folder.resolve("l.png"), "png");
    answers.add(new Answer(503, "{\"detail\":\"stopping\"}"));
    assertThatThrownBy(() -> service().label("/api/label?selection=s1", png))
        .hasMessageContaining("stopping");
    assertThat(requests).containsExactly("PUT /api/label?selection=s1 png");
  }

  @Test
  void export_refused_leavesNoFile() {
    Path out = folder.resolve("out.xml");
    answers.add(new Answer(400, "{\"detail\":\"format\"}"));
    assertThatThrownBy(() -> service().export("c", "yolo", null, out))
        .hasMessageContaining("format");
    assertThat(out).doesNotExist();
  }

  @Test
  void backup_thenRefused_keepsTheFileOfBefore() throws IOException {
    Path out = folder.resolve("backup.zip");
    answers.add(new Answer(200, "zip"));
    service().backup(out);
    answers.add(new Answer(403, "{\"detail\":\"admin only\"}"));

    assertThatThrownBy(() -> service().backup(out)).hasMessageContaining("403, admin only");

    assertThat(out).hasContent("zip");
    assertThat(folder).isDirectoryContaining(out::equals).isDirectoryNotContaining("glob:**.part");
    assertThat(requests).containsExactly("GET /api/backup", "GET /api/backup");
  }

  @Test
  void campaigns_nobodyThere_isToldWithTheUrl() {
    server.stop();
    assertThatThrownBy(() -> service().campaigns()).hasMessageContaining("Is the service running");
  }

  @Test
  void command_select_printsRegions() {
    answers.add(new Answer(201, SELECTION));
    StringWriter out = new StringWriter();
    int code =
        Flipside.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(new StringWriter()))
            .execute(
                "remote",
                "--url",
                url().toString(),
                "select",
                "c",
                "-k",
                "1",
                "--annotator",
                "ada");
    assertThat(code).isZero();
    assertThat(out.toString()).isEqualToIgnoringNewLines("1\ta b.png\t0\t1\t1.5000\t/api/label\n");
    assertThat(requests.get(0)).endsWith("{\"k\":1,\"annotator\":\"ada\"}");
  }

  @Test
  void command_importWithRefusals_isPartlyDone() throws IOException {
    Path file = Files.writeString(folder.resolve("a.xml"), "<annotations/>");
    answers.add(
        new Answer(
            200,
            "{\"labelled\":1,\"refused\":1,\"items\":[{\"image\":\"a\",\"outcome\":\"LABELLED\"},"
                + "{\"image\":\"b\",\"outcome\":\"REFUSED\",\"detail\":\"late\"}]}"));
    StringWriter err = new StringWriter();
    int code =
        Flipside.commandLine()
            .setOut(new PrintWriter(new StringWriter()))
            .setErr(new PrintWriter(err))
            .execute(
                "remote",
                "--url",
                url().toString(),
                "import",
                "c",
                file.toString(),
                "--format",
                "cvat",
                "--selection",
                "s1");
    assertThat(code).isEqualTo(ExitCodes.PARTLY_DONE);
    assertThat(err.toString()).contains("b: late");
    assertThat(requests)
        .containsExactly("POST /api/campaigns/c/import?format=cvat&selection=s1 <annotations/>");
  }
}
