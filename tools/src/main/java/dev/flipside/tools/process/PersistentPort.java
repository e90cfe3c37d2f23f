package dev.flipside.tools.process;

import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The port of a studio, kept in a file: what a browser stores for a page, such as drafts of labels,
 * it finds again only at the same port.
 *
 * @param file file with the port of the last start
 */
record PersistentPort(Path file) {
  private static final int USUAL = 8080;

  /** Returns the port of the last start, else 8080, else one that the system chooses. */
  int choose() {
    for (int candidate : List.of(last(), USUAL, 0)) {
      try (ServerSocket socket = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        if (candidate == 0) {
          throw new FlipsideException("no port is free (" + e.getMessage() + ")", e);
        }
      }
    }
    throw new IllegalStateException("the loop returns or throws");
  }

  private int last() {
    try {
      String text = Files.exists(file) ? Files.readString(file).strip() : "";
      int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : USUAL;
      return port >= 1 && port <= 65535 ? port : USUAL;
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot be read (" + e + ")", e);
    }
  }

  /** Keeps a port for the next start. */
  void keep(int port) {
    AtomicFile.write(file, port + "\n");
  }
}
