package dev.flipside.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.Operations;
import dev.flipside.api.Operations.Operation;
import dev.flipside.api.TestData;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No spelling of a path gets around the guard. */
@QuarkusTest
@QuarkusTestResource(TestData.class)
@TestProfile(GuardTest.OnePlace.class)
class GuardTest {
  private static final int JSON_BYTES = 2048;
  private static final List<String> BODY =
      List.of("Host: localhost", "Content-Type: application/json", "Content-Length: 2");

  /** A service that receives one body at a time. */
  public static class OnePlace implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "flipside.limits.concurrent-uploads",
          "1",
          "flipside.limits.json",
          String.valueOf(JSON_BYTES),
          "flipside.limits.label",
          "4096",
          "flipside.limits.model",
          "8192");
    }
  }

  private static List<Operation> operations() throws IOException {
    byte[] document = given().get("/q/openapi?format=json").asByteArray();
    List<Operation> operations =
        new ArrayList<>(Operations.of(new ObjectMapper().readTree(document)));
    assertThat(operations).hasSizeGreaterThan(25);
    for (String page : List.of("/", "/flipside.js", "/q/openapi", "/q/metrics", "/q/metrics/x")) {
      operations.add(new Operation("GET", page, new ObjectMapper().createObjectNode()));
    }
    return operations;
  }

  /** Spellings of a path that some router reads as the path itself. */
  private static Stream<String> disguises(String path) {
    String rest = path.substring(1);
    int second = path.indexOf('/', 1);
    return Stream.of(
        path,
        path + ";x",
        path.replaceFirst("(?<=.)/|$", ";x=1/"),
        "/" + path,
        path.replaceFirst("(?<=.)/|$", "//"),
        second < 0 ? path + "%2f" : path.substring(0, second) + "%2f" + path.substring(second + 1),
        rest.isEmpty() ? "/%2e" : "/%" + Integer.toHexString(rest.charAt(0)) + rest.substring(1),
        path + ".",
        path.toUpperCase(Locale.ROOT),
        "/." + path,
        "/x/.." + path,
        "/x/%2e%2e" + path,
        "\\" + rest,
        "http://localhost" + path);
  }

  @Test
  void request_foreignHostInAnyDisguise_isRefused() throws Exception {
    try (RawHttp http = new RawHttp()) {
      for (Operation each : operations()) {
        for (String target : disguises(each.anyPath()).toList()) {
          assertThat(RawHttp.head(each.method(), target, List.of("Host: evil.example")))
              .as("%s %s", each.method(), target)
              .isIn(400, 403, 404)
              .isNotEqualTo(target.startsWith("/") ? 404 : 0);
        }
        assertThat(
                RawHttp.head(
                    each.method(),
                    "http://evil.example" + each.anyPath(),
                    List.of("Host: localhost")))
            .as("%s: absolute form", each)
            .isEqualTo(403);
        assertThat(http.http2(each.method(), each.anyPath(), "evil.example", Map.of(), new byte[0]))
            .as("%s: HTTP/2", each)
            .isEqualTo(403);
      }
    }
  }

  @Test
  void request_hostMissingTwiceOrMalformed_isRefused() throws Exception {
    for (List<String> headers :
        List.of(
            List.<String>of(),
            List.of("Host:"),
            List.of("Host: localhost", "Host: localhost"),
            List.of("Host: localhost", "Host: evil.example"),
            List.of("Host: evil.example/"),
            List.of("Host: localhost@evil.example"),
            List.of("Host: localhost."),
            List.of("Host: localhost:x"),
            List.of("Host: 127.0.0.1.evil.example"))) {
      assertThat(RawHttp.head("GET", "/api/campaigns", headers)).as("%s", headers).isIn(400, 403);
    }
    for (String host : List.of("localhost", "LOCALHOST:8080", "127.0.0.1", "[::1]:8080")) {
      assertThat(RawHttp.head("GET", "/api/campaigns", List.of("Host: " + host)))
          .as(host)
          .isEqualTo(200);
    }
  }

  @Test
  void request_bodyAboveLimitInAnyDisguise_isRefusedBeforeItIsRead() throws Exception {
    try (RawHttp http = new RawHttp()) {
      for (Operation each : operations()) {
        for (String target : disguises(each.anyPath()).toList()) {
          assertThat(
                  RawHttp.head(
                      each.method(),
                      target,
                      List.of(
                          "Host: localhost",
                          "Content-Type: application/json",
                          "Content-Length: 62914560")))
              .as("%s %s", each.method(), target)
              .isIn(400, 413, 404)
              .isNotEqualTo(target.startsWith("/") ? 404 : 0);
        }
      }
      byte[] body = new byte[2 * JSON_BYTES];
      java.util.Arrays.fill(body, (byte) ' ');
      assertThat(
              http.http2(
                  "POST",
                  "/api/campaigns",
                  "localhost",
                  Map.of("Content-Type", "application/json"),
                  body))
          .isEqualTo(413);
    }
  }

  @Test
  void request_noPlaceLeftInAnyDisguise_isRefusedButHealthAnswers() throws Exception {
    List<Operation> operations = operations();
    try (Socket held =
        RawHttp.begin(
            "POST",
            "/api/models",
            List.of(
                "Host: localhost",
                "Content-Type: application/octet-stream",
                "Content-Length: 9"))) {
      assertThat(held.isConnected()).isTrue();
      waitUntilFull();
      for (Operation each : operations) {
        for (String target : disguises(each.anyPath()).toList()) {
          assertThat(RawHttp.head(each.method(), target, BODY))
              .as("%s %s", each.method(), target)
              .isIn(400, 429, 404)
              .isNotEqualTo(target.startsWith("/") ? 404 : 0);
        }
      }
      assertThat(RawHttp.head("GET", "/q/health/live", List.of("Host: localhost"))).isEqualTo(200);
    }
  }

  /** Sends whole requests: one that gets the place itself must not wait for its body. */
  private static void waitUntilFull() throws Exception {
    for (int i = 0; i < 100; i++) {
      int status =
          given().contentType("application/json").body("{}").put("/api/models/active").statusCode();
      if (status == 429) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("the place was never taken");
  }
}
