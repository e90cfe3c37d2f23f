package dev.flipside.api.soak;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.OutputCard;
import dev.flipside.models.card.OutputMeaning;
import dev.flipside.models.card.Provenance;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.scorer.image.LabelReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole life of a campaign over HTTP: images and labels of CamVid ({@code -Dflipside.camvid}),
 * a network ({@code -Dflipside.model}, or one of {@code -Dflipside.vectors}), the packaged service,
 * which is killed while it scores and again while labels come in.
 */
class CamvidLifeIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int IMAGES = Integer.getInteger("flipside.camvid.images", 12);
  private static final int REGIONS = IMAGES * 25;
  private static final int SELECTED = 10;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path camvid = Path.of(System.getProperty("flipside.camvid", ""));
  private final Path vectors = Path.of(System.getProperty("flipside.vectors", ""));
  private final Set<String> confirmed = new HashSet<>();
  private final List<String> images = new ArrayList<>();

  @TempDir Path folder;

  @Test
  @Timeout(600)
  void campaign_killedWhileScoringAndLabelling_everyLabelComesOut() throws Exception {
    assumeTrue(Files.isDirectory(camvid.resolve("trainannot")), "-Dflipside.camvid=FOLDER");
    Path model =
        Path.of(
            System.getProperty(
                "flipside.model",
                vectors.resolve("f_weights/fcn_resnet18_narrow/model.onnx").toString()));
    assumeTrue(Files.isRegularFile(model), "-Dflipside.model=FILE or -Dflipside.vectors=FOLDER");
    Path root = Files.createDirectory(folder.resolve("root"));
    Path data = Files.createDirectory(folder.resolve("data"));
    copyPool(Files.createDirectory(root.resolve("pool")));
    withCard(OnnxModelFile.read(model)).write(root.resolve("model.onnx"));

    try (ServiceProcess service = new ServiceProcess(root, data)) {
      service.start();
      JsonNode campaign =
          ask(
              service,
              "POST",
              "/api/campaigns",
              "{\"name\":\"CamVid\",\"pool\":\"pool\",\"grid\":\"5x5\",\"model\":\"model.onnx\"}");
      score(service, campaign);
      String here = campaign.at("/links/self").asText();
      label(service, here);
      assertThat(ask(service, "GET", here + "/progress", null).get("labelled").asInt())
          .isEqualTo(REGIONS);
      verify(send(service, "GET", here + "/export?format=masks", null).body());
    }
  }

  private void copyPool(Path pool) throws IOException {
    try (Stream<Path> all = Files.list(camvid.resolve("train"))) {
      for (Path image : all.sorted().limit(IMAGES).toList()) {
        Files.copy(image, pool.resolve(image.getFileName()));
        images.add(image.getFileName().toString());
      }
    }
    assertThat(images).hasSize(IMAGES);
  }

  /** A network that was not trained here has no card, but the input and the pixels of one. */
  private static OnnxModelFile withCard(OnnxModelFile model) {
    if (model.card().isPresent()) {
      return model;
    }
    Provenance provenance =
        new Provenance("test", "sha256:0", 0, new TreeMap<>(), new TreeMap<>(), Instant.EPOCH);
    ModelCard card = ModelCard.trained(ClassMap.CAMVID, provenance);
    String output = model.proto().getGraph().getOutput(0).getName();
    return model.withCard(
        new ModelCard(
            card.classes(),
            card.input(),
            new OutputCard(output, TensorLayout.NCHW, OutputMeaning.LOGITS, null),
            provenance,
            null));
  }

  /**
   * Kills the service a moment after scoring began; the job goes on where it stopped. How many
   * images are scored by then cannot be asked for: a job tells its progress less often than that.
   */
  private void score(ServiceProcess service, JsonNode campaign) throws Exception {
    String job = campaign.at("/scoring/links/self").asText();
    boolean killed = false;
    for (JsonNode now = ask(service, "GET", job, null);
        !now.get("state").asText().equals("DONE");
        now = ask(service, "GET", job, null)) {
      assertThat(now.get("state").asText()).isIn("QUEUED", "RUNNING");
      if (!killed && now.get("state").asText().equals("RUNNING")) {
        killed = true;
        Thread.sleep(200);
        service.kill();
        service.start();
      }
      Thread.sleep(20);
    }
    assertThat(killed).isTrue();
    JsonNode done = ask(service, "GET", job, null);
    assertThat(done.get("done").asInt()).isEqualTo(IMAGES);
    assertThat(done.get("failedImages").asInt()).isZero();
  }

  /** Labels everything from the data set's own label maps; the service dies half way. */
  private void label(ServiceProcess service, String campaign) throws Exception {
    double last = Double.POSITIVE_INFINITY;
    boolean killed = false;
    while (confirmed.size() < REGIONS) {
      JsonNode selection =
          ask(
              service,
              "POST",
              campaign + "/selections",
              "{\"k\":" + SELECTED + ",\"annotator\":\"ada\",\"leaseSeconds\":3600}");
      assertThat(selection.get("regions")).isNotEmpty();
      for (JsonNode region : selection.get("regions")) {
        assertThat(region.get("score").asDouble()).isLessThanOrEqualTo(last);
        last = region.get("score").asDouble();
        assertThat(put(service, region).statusCode()).isEqualTo(200);
        assertThat(confirmed.add(region.get("id").asText())).isTrue();
        if (!killed && confirmed.size() > REGIONS / 2) {
          killed = true;
          look(service, region);
          service.kill();
          service.start();
          stillThere(service, campaign, selection);
        }
      }
    }
    assertThat(killed).isTrue();
  }

  private void look(ServiceProcess service, JsonNode region) throws Exception {
    for (String picture : List.of("image", "crop", "uncertainty", "prediction")) {
      HttpResponse<byte[]> answer =
          send(service, "GET", region.at("/links/" + picture).asText(), null);
      assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("image/");
      assertThat(answer.headers().firstValue("ETag")).isPresent();
    }
  }

  /** What was confirmed is labelled, cannot be labelled again, and the selection is still held. */
  private void stillThere(ServiceProcess service, String campaign, JsonNode selection)
      throws Exception {
    assertThat(ask(service, "GET", campaign + "/progress", null).get("labelled").asInt())
        .isEqualTo(confirmed.size());
    int held = 0;
    for (JsonNode region : selection.get("regions")) {
      JsonNode now = ask(service, "GET", campaign + "/regions/" + region.get("id").asText(), null);
      boolean labelled = confirmed.contains(region.get("id").asText());
      assertThat(now.get("state").asText()).isEqualTo(labelled ? "LABELLED" : "LEASED");
      if (labelled) {
        HttpResponse<byte[]> again = put(service, region);
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(JSON.readTree(again.body()).get("state").asText()).isEqualTo("labelled");
      } else {
        held++;
      }
    }
    assertThat(ask(service, "GET", selection.at("/links/self").asText(), null).get("open").asInt())
        .isEqualTo(held);
  }

  private HttpResponse<byte[]> put(ServiceProcess service, JsonNode region) throws Exception {
    return http.send(
        HttpRequest.newBuilder(service.at(region.at("/links/label").asText()))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "image/png")
            .PUT(BodyPublishers.ofFile(annotation(region.get("image").asText())))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private Path annotation(String image) {
    return camvid.resolve("trainannot").resolve(stem(image) + ".png");
  }

  private static String stem(String image) {
    return image.substring(0, image.lastIndexOf('.'));
  }

  /** All regions are labelled, so the exported maps are those of the data set. */
  private void verify(byte[] masks) throws IOException {
    Set<String> seen = new HashSet<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(masks))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().startsWith("labels/")) {
          Path mask = Files.write(folder.resolve("mask.png"), zip.readAllBytes());
          String stem = stem(entry.getName().substring("labels/".length()));
          assertThat(read(mask)).isEqualTo(read(camvid.resolve("trainannot/" + stem + ".png")));
          seen.add(stem);
        }
      }
    }
    assertThat(seen).hasSize(IMAGES);
    assertThat(images).allSatisfy(each -> assertThat(seen).contains(stem(each)));
  }

  private static LabelMap read(Path png) {
    return LabelReader.read(png, ClassMap.CAMVID, null);
  }

  private JsonNode ask(ServiceProcess service, String method, String path, @Nullable String body)
      throws Exception {
    return JSON.readTree(send(service, method, path, body).body());
  }

  private HttpResponse<byte[]> send(
      ServiceProcess service, String method, String path, @Nullable String body) throws Exception {
    BodyPublisher content = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(service.at(path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .method(method, content)
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode())
        .as("%s: %s", path, new String(answer.body(), UTF_8))
        .isBetween(200, 299);
    return answer;
  }
}
