package dev.flipside.api.campaign.store;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A PostgreSQL server of this run's own, from the binaries of Debian's package, in a temporary
 * folder, on the loopback interface. Tests that need it are skipped, with the reason, where the
 * package is not installed. It is started once and stopped at the end of the run.
 */
public final class PostgresServer implements BeforeAllCallback {
  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

  @Override
  public void beforeAll(ExtensionContext context) {
    Optional<Path> binaries = binaries();
    assumeTrue(
        binaries.isPresent(),
        "PostgreSQL is not installed: no " + DEBIAN + "/*/bin/initdb; ledger tests in it skipped");
    store(context).computeIfAbsent(Server.class, key -> Server.start(binaries.get()), Server.class);
  }

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getRoot().getStore(ExtensionContext.Namespace.create(PostgresServer.class));
  }

  /** The address of a new, empty database. */
  static String newDatabase(ExtensionContext context) {
    return Objects.requireNonNull(store(context).get(Server.class, Server.class)).newDatabase();
  }

  private static Optional<Path> binaries() {
    if (!Files.isDirectory(DEBIAN)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(DEBIAN)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(Comparator.naturalOrder());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A running server; closed by JUnit when the run ends. */
  private static final class Server implements AutoCloseable {
    private final Path binaries;
    private final Path folder;
    private final int port;
    private int databases;

    private Server(Path binaries, Path folder, int port) {
      this.binaries = binaries;
      this.folder = folder;
      this.port = port;
    }

    static Server start(Path binaries) {
      try {
        Path folder = Files.createTempDirectory("flipside-postgres");
        if (root()) {
          run(List.of("chown", "postgres", folder.toString()), folder);
        }
        Server server = new Server(binaries, folder, freePort());
        server.run("initdb", "-D", server.data(), "-A", "trust", "-U", "flipside", "-N");
        server.run(
            "pg_ctl",
            "-D",
            server.data(),
            "-w",
            "-l",
            folder.resolve("log").toString(),
            "-o",
            "-p " + server.port + " -h 127.0.0.1 -k " + folder + " -c max_connections=100",
            "start");
        return server;
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    synchronized String newDatabase() {
      String name = "ledger" + databases++;
      run("createdb", "-h", "127.0.0.1", "-p", "" + port, "-U", "flipside", name);
      return "jdbc:postgresql://127.0.0.1:" + port + "/" + name + "?user=flipside";
    }

    private String data() {
      return folder.resolve("data").toString();
    }

    /** The server refuses to run as root: Debian's user runs it then. */
    private void run(String program, String... arguments) {
      List<String> command = new ArrayList<>();
      if (root()) {
        command.addAll(List.of("runuser", "-u", "postgres", "--"));
      }
      command.add(binaries.resolve(program).toString());
      command.addAll(List.of(arguments));
      run(command, folder);
    }

    private static void run(List<String> command, Path folder) {
      try {
        Path output = Files.createTempFile("flipside-postgres", ".txt");
        Process process =
            new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        if (!ended || process.exitValue() != 0) {
          throw new IllegalStateException(command + " failed: " + Files.readString(output));
        }
        Files.delete(output);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    private static boolean root() {
      return "root".equals(System.getProperty("user.name"));
    }

    private static int freePort() throws IOException {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      }
    }

    @Override
    public void close() throws IOException {
      run("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }
}
