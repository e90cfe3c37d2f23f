package dev.flipside.api.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.restassured.RestAssured;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Sends requests as they are written, which other clients would normalize. */
final class RawHttp implements AutoCloseable {
  private static final int PATIENCE_MS = 10_000;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http2 =
      vertx.createHttpClient(
          new HttpClientOptions()
              .setProtocolVersion(HttpVersion.HTTP_2)
              .setHttp2ClearTextUpgrade(false));

  /** Sends the head of a request over HTTP/1.1 and returns the status of the answer. */
  static int head(String method, String target, List<String> headers) throws IOException {
    try (Socket socket = begin(method, target, headers)) {
      socket.setSoTimeout(PATIENCE_MS);
      String line =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1)).readLine();
      if (line == null) {
        throw new IOException(method + " " + target + ": the connection ended without an answer");
      }
      return Integer.parseInt(line.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
    }
  }

  /** Sends the head of a request; the caller closes the connection. */
  static Socket begin(String method, String target, List<String> headers) throws IOException {
    Socket socket = new Socket("localhost", RestAssured.port);
    String head =
        method + " " + target + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
    return socket;
  }

  /** Sends a request over HTTP/2 without knowing whether the server speaks it. */
  int http2(String method, String path, String authority, Map<String, String> headers, byte[] body)
      throws Exception {
    RequestOptions options =
        new RequestOptions()
            .setServer(SocketAddress.inetSocketAddress(RestAssured.port, "localhost"))
            .setMethod(HttpMethod.valueOf(method))
            .setURI(path)
            .setHost("localhost")
            .setPort(RestAssured.port);
    return http2
        .request(options)
        .compose(
            request -> {
              request.authority(HostAndPort.parseAuthority(authority, -1));
              headers.forEach(request::putHeader);
              if (body.length > 0) {
                // Written in parts, so that no length is declared.
                request.setChunked(true);
                request.write(io.vertx.core.buffer.Buffer.buffer(body));
              }
              request.end();
              return request.response().map(response -> response.statusCode());
            })
        .toCompletionStage()
        .toCompletableFuture()
        .get(PATIENCE_MS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
