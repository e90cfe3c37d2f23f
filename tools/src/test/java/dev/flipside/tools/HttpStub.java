package dev.flipside.tools;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An HTTP server on a free port of the loopback address, started for each test. */
public final class HttpStub implements BeforeEachCallback, AfterEachCallback {
  private final HttpHandler handler;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @SuppressWarnings("NullAway.Init") // started before each test
  private HttpServer server;

  /**
   * @param handler answers every request; closes the exchange
   */
  public HttpStub(HttpHandler handler) {
    this.handler = handler;
  }

  /** Sends a whole answer and closes the exchange. */
  public static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** Returns the address of a path, which starts with a slash. */
  public URI url(String path) {
    return URI.create("http://localhost:" + server.getAddress().getPort() + path);
  }

  /** Stops answering before the end of the test. */
  public void stop() {
    server.stop(0);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", handler);
    server.setExecutor(threads);
    server.start();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    server.stop(0);
    threads.shutdownNow();
  }
}
