package dev.flipside.tools.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.tools.HttpStub;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fetching two files of CamVid's shape from a server in this process, which can be made to fail.
 */
class DatasetFetchTest {
  private static final ImageSize SIZE = new ImageSize(360, 480);
  private static final String IMAGE = "train/a.png";
  private static final String LABEL = "trainannot/a.png";

  @TempDir Path folder;

  private final Map<String, byte[]> served = Collections.synchronizedMap(new HashMap<>());
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<CamVid.File> files = new ArrayList<>();
  @RegisterExtension final HttpStub server = new HttpStub(this::answer);
  private int answersToCut;
  private boolean knowsRanges = true;

  @BeforeEach
  void serve() throws IOException {
    DecodedImage image = DecodedImage.black(SIZE);
    byte[] noise = new byte[image.rgb().limit()];
    new Random(7).nextBytes(noise);
    image.rgb().put(noise).rewind();
    served.put(IMAGE, ImageWriter.encodePng(image));
    served.put(
        LABEL, ImageWriter.encodePng(new LabelMap(SIZE, new byte[Math.toIntExact(SIZE.pixels())])));
    Path file = folder.resolve("source.png");
    Files.write(file, served.get(IMAGE));
    files.add(new CamVid.File(IMAGE, PixelDigest.ofImage(file).digest()));
    Files.write(file, served.get(LABEL));
    files.add(new CamVid.File(LABEL, PixelDigest.ofLabels(file, ClassMap.CAMVID).digest()));
  }

  @Test
  void run_emptyFolder_fetchesAllAndThenNothing() {
    assertThat(run()).isEqualTo(2);

    assertThat(to().resolve(IMAGE)).hasBinaryContent(served.get(IMAGE));
    assertThat(to().resolve(LABEL)).hasBinaryContent(served.get(LABEL));
    assertThat(run()).isZero();
    assertThat(requests).containsExactly(IMAGE, LABEL);
  }

  @Test
  void run_connectionCut_goesOnWhereItStopped() {
    answersToCut = 2;

    assertThat(run()).isEqualTo(2);

    assertThat(requests.get(0)).isEqualTo(IMAGE);
    assertThat(requests.get(1)).matches(IMAGE + " bytes=[1-9][0-9]+-");
    assertThat(requests.get(2)).matches(IMAGE + " bytes=[1-9][0-9]+-");
    assertThat(to().resolve(IMAGE)).hasBinaryContent(served.get(IMAGE));
    assertThat(partOf(IMAGE)).doesNotExist();
  }

  @Test
  void run_stoppedAndCalledAgain_goesOnWhereItStopped() throws IOException {
    answersToCut = 4;
    assertThatThrownBy(this::run)
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("the download goes on where it stopped");
    assertThat(to().resolve(IMAGE)).as("half a file must not have its name").doesNotExist();
    long arrived = Files.size(partOf(IMAGE));
    requests.clear();

    assertThat(run()).isEqualTo(2);

    assertThat(requests.get(0)).isEqualTo(IMAGE + " bytes=" + arrived + "-");
    assertThat(to().resolve(IMAGE)).hasBinaryContent(served.get(IMAGE));
  }

  @Test
  void run_serverWithoutRanges_startsOver() {
    knowsRanges = false;
    answersToCut = 1;

    assertThat(run()).isEqualTo(2);

    assertThat(to().resolve(IMAGE)).hasBinaryContent(served.get(IMAGE));
  }

  @Test
  void run_partOfALongerFile_startsOver() throws IOException {
    Files.createDirectories(to().resolve("train"));
    Files.write(partOf(IMAGE), new byte[bytes(IMAGE).length + 10]);

    assertThat(run()).isEqualTo(2);

    assertThat(to().resolve(IMAGE)).hasBinaryContent(served.get(IMAGE));
  }

  @Test
  void run_partOfOtherBytes_isRefusedOnceAndThenFetchedWhole() throws IOException {
    Files.createDirectories(to().resolve("train"));
    Files.write(partOf(IMAGE), new byte[1000]);

    assertThatThrownBy(this::run).hasMessageContaining("not the expected image");
    assertThat(partOf(IMAGE)).doesNotExist();
    assertThat(run()).isEqualTo(2);
  }

  @Test
  void run_otherPixels_namesBothChecksums() {
    served.put(IMAGE, ImageWriter.encodePng(DecodedImage.black(SIZE)));

    assertThatThrownBy(this::run)
        .isInstanceOf(FlipsideException.class)
        .hasMessageContainingAll(IMAGE, "checksum", "expected " + files.get(0).digest());
    assertThat(to().resolve(IMAGE)).doesNotExist();
    assertThat(partOf(IMAGE)).doesNotExist();
  }

  @Test
  void run_otherSizeWithoutChecksum_isRefused() {
    files.set(0, new CamVid.File(IMAGE, ""));
    served.put(IMAGE, ImageWriter.encodePng(DecodedImage.black(new ImageSize(36, 48))));

    assertThatThrownBy(this::run).hasMessageContaining("36x48 px, expected 360x480");
  }

  @Test
  void run_pageInsteadOfImage_isRefused() {
    served.put(IMAGE, "<html>sign in first</html>".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(this::run)
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("what arrived is not the expected image");
  }

  @Test
  void run_fileDamagedSince_isFetchedAnew() throws IOException {
    run();
    Files.write(to().resolve(LABEL), new byte[10]);

    assertThat(run()).isEqualTo(1);

    assertThat(to().resolve(LABEL)).hasBinaryContent(served.get(LABEL));
  }

  @Test
  void run_noSuchFile_saysWhatTheServerAnswered() {
    served.remove(IMAGE);

    assertThatThrownBy(this::run)
        .isInstanceOf(FlipsideException.class)
        .hasMessageContainingAll("copy/" + IMAGE, "answered 404", "--from");
    assertThat(requests).as("trying again would not help").hasSize(1);
  }

  @Test
  void run_noNetwork_saysWhatToDo() {
    server.stop();

    assertThatThrownBy(this::run)
        .isInstanceOf(FlipsideException.class)
        .hasMessageContainingAll("cannot be fetched", "The network is needed", "proxy", "by hand");
  }

  @Test
  void run_diskThatRefuses_saysSoAtOnce() throws IOException {
    Files.createDirectories(partOf(IMAGE));

    assertThatThrownBy(this::run)
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("cannot be written");
    assertThat(requests).as("trying again would not help").hasSize(1);
  }

  @Test
  void files_ofCamvid_areThoseOfItsSplits() {
    List<CamVid.File> all = CamVid.files();

    assertThat(all).hasSize(2 * (367 + 101 + 233)).doesNotHaveDuplicates();
    assertThat(all).filteredOn(each -> each.digest().isEmpty()).hasSize(2 * 101);
    assertThat(all).filteredOn(each -> each.path().startsWith("testannot/")).hasSize(233);
    assertThat(all).filteredOn(CamVid.File::isLabel).hasSize(701);
  }

  @Test
  void holds_names_tellsCamvidFromOtherScenes() {
    assertThat(CamVid.holds(List.of("train/0001TP_006690.webp", "0016E5_07959.png"))).isTrue();
    assertThat(CamVid.holds(List.of("train/0001TP_006690.webp", "train/scene_00000.png")))
        .isFalse();
  }

  @Test
  void require_camvidAtHand_isWhatTheListSays() {
    Path camvid = Path.of(System.getProperty("flipside.camvid", ""));
    assumeTrue(
        Files.isDirectory(camvid.resolve("testannot")),
        "skipped: needs CamVid, give its folder as -Dflipside.camvid");

    for (CamVid.File each : CamVid.files()) {
      if (each.path().contains("0001TP_0085")) {
        Path file = camvid.resolve(each.path());
        Path found =
            Files.exists(file) ? file : camvid.resolve(each.path().replace(".png", ".webp"));
        each.require(found, each.path());
      }
    }
  }

  private byte[] bytes(String path) {
    return Objects.requireNonNull(served.get(path));
  }

  private int run() {
    URI base = server.url("/copy");
    return new DatasetFetch(base, to(), files, DatasetFetch.download(Duration.ZERO))
        .run(Progress.NONE);
  }

  private Path to() {
    return folder.resolve("camvid");
  }

  private Path partOf(String path) {
    Path file = to().resolve(path);
    return file.resolveSibling("." + file.getFileName() + ".part");
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring("/copy/".length());
    String range = exchange.getRequestHeaders().getFirst("Range");
    requests.add(range == null ? path : path + " " + range);
    byte[] content = served.get(path);
    try (exchange) {
      if (content == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      int from = 0;
      if (range != null && knowsRanges) {
        from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        if (from >= content.length) {
          exchange.sendResponseHeaders(416, -1);
          return;
        }
        exchange
            .getResponseHeaders()
            .set(
                "Content-Range",
                "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
      }
      exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
      // A cut answer promises all and closes after half of it.
      int length = answersToCut-- > 0 ? (content.length - from) / 2 : content.length - from;
      exchange.getResponseBody().write(content, from, length);
      exchange.getResponseBody().flush();
    }
  }
}
