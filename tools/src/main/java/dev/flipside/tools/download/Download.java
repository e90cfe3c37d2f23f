package dev.flipside.tools.download;

import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Files over HTTP, one at a time. What has arrived of a file lies beside it with the ending {@code
 * .part}; a download that was cut goes on from there.
 */
public final class Download {
  private static final int ATTEMPTS = 4;
  private static final int BUFFER = 1 << 16;
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NORMAL)
          .connectTimeout(Duration.ofSeconds(20))
          .build();
  private final Duration pause;
  private final Duration silence;
  private final String byHand;

  /**
   * @param pause what is waited before a second attempt, twice as long before each further one
   * @param byHand what to do without a network, at the end of a message
   */
  public Download(Duration pause, String byHand) {
    this(pause, LONGEST_SILENCE, byHand);
  }

  /**
   * @param silence what is waited for further bytes of a file
   */
  Download(Duration pause, Duration silence, String byHand) {
    this.pause = pause;
    this.silence = silence;
    this.byHand = byHand;
  }

  /**
   * Fetches a file up to its part, which the caller checks and moves to its name.
   *
   * @param part file to go on with, or to make
   * @throws FlipsideException if there is no such file at the address, or it does not arrive whole
   *     in several attempts
   */
  public void fetch(URI address, Path part) {
    Duration wait = pause;
    for (int attempt = 1; ; attempt++) {
      try {
        if (attempt(address, part)) {
          return;
        }
        throw new IOException("the server is busy");
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw unreachable(address, e);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new FlipsideException(address + ": the download was interrupted", e);
      }
      sleep(wait, address);
      wait = wait.multipliedBy(2);
    }
  }

  /** Returns whether the file has arrived; false asks for another attempt. */
  private boolean attempt(URI address, Path part) throws IOException, InterruptedException {
    long before = Files.exists(part) ? Files.size(part) : 0;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(60)).GET();
    if (before > 0) {
      request.header("Range", "bytes=" + before + "-");
    }
    HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      int status = response.statusCode();
      if (status == 206 && startsAt(response, before)) {
        write(body, part, StandardOpenOption.APPEND);
        return true;
      }
      if (status == 200) {
        write(body, part, StandardOpenOption.TRUNCATE_EXISTING);
        return true;
      }
      if (status == 206 || status == 416) {
        // Another file than the part was begun with: start over.
        Files.delete(part);
        return false;
      }
      if (status == 429 || status >= 500) {
        return false;
      }
      throw new FlipsideException(
          address
              + ": the server answered "
              + status
              + ", expected the file; it may have moved, name another copy with --from");
    }
  }

  private static boolean startsAt(HttpResponse<?> response, long offset) {
    return response
        .headers()
        .firstValue("Content-Range")
        .filter(range -> range.startsWith("bytes " + offset + "-"))
        .isPresent();
  }

  private void write(InputStream body, Path part, StandardOpenOption how) throws IOException {
    byte[] buffer = new byte[BUFFER];
    ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(Download::daemon);
    try (FileChannel channel = open(part, how)) {
      for (int read = read(body, buffer, watch); read >= 0; read = read(body, buffer, watch)) {
        append(channel, ByteBuffer.wrap(buffer, 0, read), part);
      }
      channel.force(true);
    } finally {
      watch.shutdownNow();
    }
  }

  /** The client's own time limit ends with the header; a body may stay silent for ever. */
  private int read(InputStream body, byte[] buffer, ScheduledExecutorService watch)
      throws IOException {
    AtomicBoolean silent = new AtomicBoolean();
    ScheduledFuture<?> end =
        watch.schedule(
            () -> {
              silent.set(true);
              close(body);
            },
            silence.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw silent.get()
          ? new IOException("nothing arrived for " + silence.toSeconds() + " s", e)
          : e;
    } finally {
      end.cancel(false);
    }
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException ignored) {
      // The read that waits for it fails, too.
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "download-watch");
    thread.setDaemon(true);
    return thread;
  }

  /** What the disk refuses is no matter of the network: trying again would not help. */
  private static FileChannel open(Path part, StandardOpenOption how) {
    try {
      return FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how);
    } catch (IOException e) {
      throw AtomicFile.unwritable(part, e);
    }
  }

  private static void append(FileChannel channel, ByteBuffer bytes, Path part) {
    try {
      AtomicFile.writeAll(channel, bytes);
    } catch (IOException e) {
      throw AtomicFile.unwritable(part, e);
    }
  }

  private FlipsideException unreachable(URI address, IOException cause) {
    return new FlipsideException(
        address
            + ": cannot be fetched ("
            + cause
            + "). The network is needed: try again, the download goes on where it stopped; behind a"
            + " proxy set FLIPSIDE_JAVA_OPTS=-Dhttps.proxyHost=HOST; or "
            + byHand,
        cause);
  }

  private static void sleep(Duration wait, URI address) {
    try {
      Thread.sleep(wait.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlipsideException(address + ": the download was interrupted", e);
    }
  }
}
