package dev.flipside.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.image.LabelReader;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.tools.HttpStub;
import dev.flipside.tools.files.Folders;
import dev.flipside.tools.remote.RemoteService;
import dev.flipside.trainer.engine.DeviceChoice;
import dev.flipside.trainer.net.NetworkShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Against a service with labels of 2x3 px regions, of which "a.png" has 2x2. */
class CampaignLabelsTest {
  private static final ClassMap CLASSES = ClassMap.unnamed(3);
  private static final RegionSplit NONE_HELD = new RegionSplit(0);

  private final List<String> labels = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();

  @TempDir Path folder;

  @RegisterExtension final HttpStub server = new HttpStub(this::answer);

  private void answer(HttpExchange exchange) throws IOException {
    String target = exchange.getRequestURI().toString();
    requests.add(target);
    int after = Integer.parseInt(target.substring(target.indexOf('=') + 1));
    HttpStub.send(exchange, 200, String.join("", labels.subList(after, labels.size())));
  }

  private RemoteService service() {
    return new RemoteService(server.url(""), null);
  }

  private void label(String image, int row, int col, int id) {
    byte[] ids = new byte[6];
    Arrays.fill(ids, (byte) id);
    String png =
        Base64.getEncoder()
            .encodeToString(ImageWriter.encodePng(new LabelMap(new ImageSize(2, 3), ids)));
    labels.add(
        String.format(
            "{\"sequence\":%d,\"image\":\"%s\",\"row\":%d,\"col\":%d,\"y\":%d,\"x\":%d,"
                + "\"height\":2,\"width\":3,\"imageHeight\":4,\"imageWidth\":6,\"new\":1,"
                + "\"png\":\"%s\"}%n",
            labels.size() + 1, image, row, col, 2 * row, 3 * col, png));
  }

  private CampaignLabels open(RegionSplit split) {
    return CampaignLabels.open(folder.resolve("labels"), CLASSES, split);
  }

  @Test
  void update_twice_fetchesOnlyWhatIsNewAndKeepsTheRest() {
    label("a.png", 0, 0, 1);
    label("b/c.png", 1, 1, 0);
    open(NONE_HELD).update(service(), "c1");
    label("a.png", 1, 0, 2);
    CampaignLabels archive = open(NONE_HELD);
    archive.update(service(), "c1");

    assertThat(requests)
        .containsExactly("/api/campaigns/c1/labels?after=0", "/api/campaigns/c1/labels?after=2");
    assertThat(archive.state()).isEqualTo(new CampaignLabels.State(3, 0, List.of(6L, 6L, 6L)));
    LabelMap map = LabelReader.read(archive.file(false, "a.png"), CLASSES, null);
    assertThat(map.ids())
        .containsExactly(
            1, 1, 1, 255, 255, 255, //
            1, 1, 1, 255, 255, 255, //
            2, 2, 2, 255, 255, 255, //
            2, 2, 2, 255, 255, 255);
    assertThat(open(NONE_HELD).state()).isEqualTo(archive.state());
  }

  @Test
  void update_repeatedAfterAKill_countsLabelsOnce() throws IOException {
    label("a.png", 0, 0, 1);
    CampaignLabels archive = open(NONE_HELD);
    archive.update(service(), "c1");
    Path state = folder.resolve("labels/regions.json");
    String before = Files.readString(state);
    label("a.png", 0, 1, 2);
    archive.update(service(), "c1");
    // The map was written, the state was not.
    Files.writeString(state, before);

    CampaignLabels again = open(NONE_HELD);
    again.update(service(), "c1");
    assertThat(again.state()).isEqualTo(new CampaignLabels.State(2, 0, List.of(0L, 6L, 6L)));
  }

  @Test
  void update_labelCorrectedAndAnotherTakenBack_areReplacedAndErased() {
    label("a.png", 0, 0, 1);
    label("a.png", 1, 0, 2);
    label("b.png", 0, 0, 2);
    CampaignLabels archive = open(NONE_HELD);
    archive.update(service(), "c1");
    label("a.png", 0, 0, 0);
    takeBack("a.png", 1, 0);
    takeBack("b.png", 0, 0);
    takeBack("never-labelled.png", 0, 0);
    archive.update(service(), "c1");

    assertThat(archive.state()).isEqualTo(new CampaignLabels.State(1, 0, List.of(6L, 0L, 0L)));
    LabelMap map = LabelReader.read(archive.file(false, "a.png"), CLASSES, null);
    assertThat(map.ids())
        .containsExactly(
            0, 0, 0, 255, 255, 255, //
            0, 0, 0, 255, 255, 255, //
            255, 255, 255, 255, 255, 255, //
            255, 255, 255, 255, 255, 255);
    assertThat(archive.file(false, "b.png")).doesNotExist();
    assertThat(archive.file(false, "never-labelled.png")).doesNotExist();
    label("a.png", 1, 0, 2);
    archive.update(service(), "c1");
    assertThat(archive.state()).isEqualTo(new CampaignLabels.State(2, 0, List.of(6L, 0L, 6L)));
    assertThat(requests.get(2)).endsWith("after=7");
  }

  private void takeBack(String image, int row, int col) {
    labels.add(
        String.format(
            "{\"sequence\":%d,\"image\":\"%s\",\"row\":%d,\"col\":%d,\"y\":%d,\"x\":%d,"
                + "\"height\":2,\"width\":3,\"imageHeight\":4,\"imageWidth\":6,"
                + "\"removed\":true}%n",
            labels.size() + 1, image, row, col, 2 * row, 3 * col));
  }

  @Test
  void update_heldOutRegions_areKeptApart() {
    for (int row = 0; row < 2; row++) {
      for (int col = 0; col < 2; col++) {
        label("a.png", row, col, 1);
      }
    }
    RegionSplit half = new RegionSplit(0.5);
    CampaignLabels archive = open(half);
    archive.update(service(), "c1");

    CampaignLabels.State state = archive.state();
    assertThat(state.trained() + state.heldOut()).isEqualTo(4);
    assertThat(labelled(archive, false)).isEqualTo(6 * state.trained());
    assertThat(labelled(archive, true)).isEqualTo(6 * state.heldOut());
  }

  @Test
  void update_heldOutRegions_areIgnoredInWhatIsTrainedOn() {
    Path pool = Folders.create(folder.resolve("pool"));
    for (String image : List.of("a.png", "b.png", "c.png")) {
      ImageWriter.writeRgb(pool.resolve(image), DecodedImage.black(new ImageSize(4, 6)));
      for (int region = 0; region < 4; region++) {
        label(image, region / 2, region % 2, 1);
      }
    }
    RegionSplit half = new RegionSplit(0.5);
    CampaignLabels archive = open(half);
    archive.update(service(), "c1");
    AgentSettings settings =
        new AgentSettings(
            folder,
            null,
            20,
            0.5,
            10,
            10,
            240,
            NetworkShape.ofDepth(18),
            DeviceChoice.CPU,
            Duration.ofMillis(1));
    TrainingRound round =
        new TrainingRound(
            settings, new CampaignFolder(folder), Pool.ofFolder(pool), CLASSES, 1, archive);

    List<Integer> found = new ArrayList<>();
    for (PoolImage image : Pool.ofFolder(pool).images()) {
      LabelMap map = round.labels(image);
      for (int pixel = 0; pixel < 24; pixel++) {
        RegionId region = new RegionId(image.id(), pixel / 12, pixel % 6 / 3);
        int id = map.ids()[pixel] & 0xFF;
        assertThat(id)
            .as("%s, pixel %d", region, pixel)
            .isEqualTo(half.isHeldOut(region) ? 255 : 1);
        found.add(id);
      }
    }
    assertThat(found).contains(1, 255);
  }

  private static long labelled(CampaignLabels archive, boolean held) {
    Path file = archive.file(held, "a.png");
    if (!Files.exists(file)) {
      return 0;
    }
    long count = 0;
    for (byte id : LabelReader.read(file, CLASSES, null).ids()) {
      count += id == 1 ? 1 : 0;
    }
    return count;
  }

  @Test
  void update_nameThatLeavesTheFolder_isRefused() {
    label("../../../a.png", 0, 0, 1);
    assertThatThrownBy(() -> open(NONE_HELD).update(service(), "c1"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("inside of the pool");
  }
}
