package dev.flipside.tools.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.Flipside;
import dev.flipside.tools.HttpStub;
import dev.flipside.tools.command.training.InitialWeights;
import dev.flipside.trainer.net.Backbone;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.TypeConversionException;

/** Fetching weights from a server in this process, which can be made to fail. */
class WeightsFetchTest {
  @TempDir Path folder;

  private final byte[] content = new byte[200_000];
  private final List<String> ranges = Collections.synchronizedList(new ArrayList<>());
  private String digest = "";
  @RegisterExtension final HttpStub server = new HttpStub(this::answer);
  private int answersToCut;

  @BeforeEach
  void serve() throws Exception {
    new Random(3).nextBytes(content);
    digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  @Test
  void run_newFile_isFetchedCheckedAndNotFetchedAgain() {
    WeightsFetch.Fetched first = fetch(digest.substring(0, 8));

    assertThat(first.file()).hasBinaryContent(content);
    assertThat(first.sha256()).isEqualTo(digest);
    assertThat(first.fetched()).isTrue();
    assertThat(fetch(digest.substring(0, 8)).fetched()).isFalse();
    assertThat(ranges).containsExactly("");
  }

  @Test
  void run_connectionCut_goesOnWhereItStopped() {
    answersToCut = 2;

    assertThat(fetch(digest.substring(0, 8)).file()).hasBinaryContent(content);

    assertThat(ranges).hasSize(3);
    assertThat(ranges.get(1)).matches("bytes=[1-9][0-9]*-");
    assertThat(ranges.get(2)).matches("bytes=[1-9][0-9]*-");
  }

  @Test
  void run_interruptedCommand_nextOneGoesOnWhereItStopped() throws IOException {
    answersToCut = 4;
    assertThatThrownBy(() -> fetch(digest.substring(0, 8)))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("the download goes on where it stopped")
        .hasMessageContaining("copy the file to " + folder);
    long arrived = Files.size(folder.resolve(".net-" + digest.substring(0, 8) + ".pth.part"));
    ranges.clear();

    assertThat(fetch(digest.substring(0, 8)).file()).hasBinaryContent(content);

    assertThat(ranges).containsExactly("bytes=" + arrived + "-");
  }

  @Test
  void run_wrongDigest_leavesNothingBehind() {
    assertThatThrownBy(() -> fetch("00000000"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("has the SHA-256 " + digest)
        .hasMessageContaining("expected one that begins with 00000000");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void run_damagedFileThatIsThere_isFetchedAgain() throws IOException {
    Files.write(folder.resolve("net-" + digest.substring(0, 8) + ".pth"), new byte[10]);

    assertThat(fetch(digest.substring(0, 8)).file()).hasBinaryContent(content);
  }

  @Test
  void run_noSuchFile_saysWhatTheServerAnswered() {
    KnownWeights missing =
        new KnownWeights("net", "net", "", address("none-" + digest.substring(0, 8) + ".pth"));
    assertThatThrownBy(() -> new WeightsFetch(folder, Duration.ZERO).run(missing))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("none-")
        .hasMessageContaining("the server answered 404");
  }

  @Test
  void all_knownWeights_haveDistinctNamesNetworksAndDigests() {
    assertThat(KnownWeights.ALL).extracting(KnownWeights::name).doesNotHaveDuplicates();
    for (KnownWeights each : KnownWeights.ALL) {
      assertThat(Backbone.names()).contains(each.network());
      assertThat(each.digestPrefix()).matches("[0-9a-f]{8}");
      assertThat(each.address().getScheme()).isEqualTo("https");
    }
  }

  @Test
  void fetch_command_listsNamesAndRefusesOthers() {
    StringWriter out = new StringWriter();
    assertThat(Flipside.commandLine().setOut(new PrintWriter(out)).execute("weights", "fetch"))
        .isZero();
    assertThat(out.toString()).contains("resnet50-v1").contains("torchvision, IMAGENET1K_V1");
    StringWriter err = new StringWriter();
    assertThat(
            Flipside.commandLine()
                .setErr(new PrintWriter(err))
                .execute("weights", "fetch", "resnet7"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("weights \"resnet7\": expected one of resnet18, ");
  }

  @Test
  void fetch_commandWithMirror_refusesOtherBytesUnderTheName() {
    StringWriter err = new StringWriter();
    int status =
        Flipside.commandLine()
            .setErr(new PrintWriter(err))
            .execute(
                "weights",
                "fetch",
                "resnet18",
                "--from",
                address("").toString(),
                "--to",
                folder.toString());
    assertThat(status).isEqualTo(1);
    assertThat(err.toString()).contains("expected one that begins with f37072fd");
  }

  @Test
  void convert_namesAndFiles_findsFetchedFiles() throws IOException {
    String before = System.setProperty("flipside.weights", folder.toString());
    try {
      InitialWeights.Converter converter = new InitialWeights.Converter();
      assertThatThrownBy(() -> converter.convert("resnet18"))
          .isInstanceOf(TypeConversionException.class)
          .hasMessageContaining("download them with flipside weights fetch resnet18");
      assertThatThrownBy(() -> converter.convert("resnet50"))
          .hasMessageContaining("several weights of this network are known: resnet50-v1 or");
      assertThatThrownBy(() -> converter.convert("none.pth")).hasMessageContaining("no file none");
      Path file = Files.write(folder.resolve("resnet18-f37072fd.pth"), content);
      assertThat(converter.convert("resnet18").file()).contains(file);
      assertThat(converter.convert(file.toString()).file()).contains(file);
      assertThat(converter.convert("random").file()).isEmpty();
    } finally {
      if (before == null) {
        System.clearProperty("flipside.weights");
      } else {
        System.setProperty("flipside.weights", before);
      }
    }
  }

  private WeightsFetch.Fetched fetch(String prefix) {
    return new WeightsFetch(folder, Duration.ZERO)
        .run(new KnownWeights("net", "net", "", address("net-" + prefix + ".pth")));
  }

  private URI address(String file) {
    return server.url("/models/" + file);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (exchange.getRequestURI().getPath().contains("none")) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      String range = exchange.getRequestHeaders().getFirst("Range");
      ranges.add(range == null ? "" : range);
      int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
      if (range != null) {
        exchange
            .getResponseHeaders()
            .set("Content-Range", "bytes " + from + "-" + content.length + "/*");
      }
      exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
      int length = content.length - from;
      if (answersToCut > 0) {
        answersToCut--;
        length /= 3;
      }
      exchange.getResponseBody().write(content, from, length);
      exchange.getResponseBody().flush();
    }
  }
}
