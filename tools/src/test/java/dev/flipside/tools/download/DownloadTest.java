package dev.flipside.tools.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.HttpStub;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {
  @TempDir Path folder;

  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch over = new CountDownLatch(1);
  @RegisterExtension final HttpStub server = new HttpStub(this::answer);
  private int silentRequests;

  @AfterEach
  void stop() {
    over.countDown();
  }

  /** Sends six bytes, or the first three and then nothing. */
  private void answer(HttpExchange exchange) throws IOException {
    boolean silent = requests.incrementAndGet() <= silentRequests;
    try (exchange) {
      exchange.sendResponseHeaders(200, 6);
      exchange.getResponseBody().write("abc".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
      if (silent) {
        over.await();
      }
      exchange.getResponseBody().write("def".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Path fetch() {
    Path part = folder.resolve("file.part");
    URI address = server.url("/file");
    new Download(Duration.ofMillis(1), Duration.ofMillis(300), "copy it").fetch(address, part);
    return part;
  }

  @Test
  @Timeout(30)
  void fetch_bodyFallsSilentOnce_triesAgain() throws IOException {
    silentRequests = 1;
    assertThat(Files.readString(fetch())).isEqualTo("abcdef");
    assertThat(requests).hasValue(2);
  }

  @Test
  @Timeout(30)
  void fetch_bodyAlwaysSilent_saysSo() {
    silentRequests = Integer.MAX_VALUE;
    assertThatThrownBy(this::fetch)
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("nothing arrived for");
  }
}
