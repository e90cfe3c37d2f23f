package dev.flipside.api.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.TestData;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The worst requests of each kind, many at once, to a service with a heap of 512 MB: each one gets
 * an answer, and the process stays below 1.5 GB.
 */
class MemoryIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int EACH = 6;
  private static final long MOST_KB = 1_500_000;
  private static final int SIDE = 10_000;

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir Path folder;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void requests_worstOfEachKindAtOnce_areAnsweredInBoundedMemory() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    TestData.writePool(root.resolve("pool"), 4);
    Files.write(root.resolve("model.onnx"), TestData.model(1).proto().toByteArray());
    Path data = Files.createDirectory(folder.resolve("data"));
    List<byte[]> labels = List.of(png(16, 6, 8), png(8, 6, 4), png(8, 0, 1), png(8, 2, 3));
    byte[] studio = labelStudio();
    byte[] archive = archive(labels.get(1));
    try (ServiceProcess service = new ServiceProcess(root, data)) {
      service.start();
      String campaign =
          "/api/campaigns/"
              + ask(
                      service,
                      "/api/campaigns",
                      "{\"name\":\"m\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"model.onnx\"}")
                  .get("id")
                  .asText();
      String label =
          ask(service, campaign + "/selections", "{\"k\":1}").at("/regions/0/links/label").asText();
      ExecutorService clients = Executors.newCachedThreadPool();
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < EACH; i++) {
        for (byte[] png : labels) {
          answers.add(clients.submit(() -> send(service, "PUT", label, "image/png", png)));
        }
        answers.add(
            clients.submit(
                () ->
                    send(
                        service,
                        "POST",
                        campaign + "/import?format=label-studio",
                        "application/json",
                        studio)));
        answers.add(
            clients.submit(
                () ->
                    send(
                        service,
                        "POST",
                        campaign + "/import?format=masks",
                        "application/zip",
                        archive)));
      }
      for (Future<Integer> each : answers) {
        assertThat(each.get()).isIn(200, 409, 413, 422, 429);
      }
      clients.shutdown();
      assertThat(ask(service, campaign + "/selections", "{\"k\":1}").get("regions")).hasSize(1);
      assertThat(service.peakMemoryKb()).isLessThan(MOST_KB);
    }
    assertThat(Files.readString(data.resolve("log.txt"))).doesNotContain("OutOfMemory");
  }

  private int send(ServiceProcess service, String method, String path, String type, byte[] body)
      throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(service.at(path))
                .timeout(Duration.ofMinutes(5))
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  private JsonNode ask(ServiceProcess service, String path, String body) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(service.at(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return JSON.readTree(answer.body());
  }

  /** A PNG of 10000x10000 equal pixels, below a megabyte. */
  private static byte[] png(int bits, int colorType, int bytesPerPixel) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream png = new DataOutputStream(bytes);
    png.writeLong(0x89504E470D0A1A0AL);
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(head);
    fields.writeInt(SIDE);
    fields.writeInt(SIDE);
    fields.write(new byte[] {(byte) bits, (byte) colorType, 0, 0, 0});
    chunk(png, "IHDR", head.toByteArray());
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    try (OutputStream deflated = new DeflaterOutputStream(rows)) {
      byte[] row = new byte[SIDE * bytesPerPixel + 1];
      for (int i = 0; i < SIDE; i++) {
        deflated.write(row);
      }
    }
    chunk(png, "IDAT", rows.toByteArray());
    chunk(png, "IEND", new byte[0]);
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream png, String name, byte[] content) throws IOException {
    CRC32 check = new CRC32();
    check.update(name.getBytes(StandardCharsets.US_ASCII));
    check.update(content);
    png.writeInt(content.length);
    png.write(name.getBytes(StandardCharsets.US_ASCII));
    png.write(content);
    png.writeInt((int) check.getValue());
  }

  /** A task of 59 MiB, brushes of short numbers. */
  private static byte[] labelStudio() {
    StringBuilder json = new StringBuilder(60 << 20);
    json.append("[{\"data\":{\"image\":\"0.png\"},\"annotations\":[{\"result\":[");
    String brush =
        "{\"type\":\"brushlabels\",\"original_width\":10000,\"original_height\":10000,"
            + "\"value\":{\"brushlabels\":[\"0\"],\"rle\":["
            + "1,".repeat(250_000)
            + "1]}}";
    while (json.length() < 59 << 20) {
      json.append(brush).append(',');
    }
    return json.append(brush).append("]}]}]").toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] archive(byte[] png) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < 4; i++) {
        zip.putNextEntry(new ZipEntry("labels/" + i + ".png"));
        zip.write(png);
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
