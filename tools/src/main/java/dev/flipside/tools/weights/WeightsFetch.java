package dev.flipside.tools.weights;

import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.download.Download;
import dev.flipside.tools.files.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Fetches weights into a folder. A file arrives beside its name, is checked, and gets its name only
 * then.
 */
public final class WeightsFetch {
  private static final String FOLDER_PROPERTY = "flipside.weights";

  private final Path folder;
  private final Download download;

  /**
   * @param folder folder of the files
   */
  public WeightsFetch(Path folder) {
    this(folder, Duration.ofSeconds(2));
  }

  /**
   * @param pause what is waited before a second attempt
   */
  WeightsFetch(Path folder, Duration pause) {
    this.folder = folder;
    this.download =
        new Download(pause, "copy the file to " + folder + " by hand and repeat the command");
  }

  /**
   * Returns the user's folder of weights: the system property {@code flipside.weights}, or {@code
   * flipside/weights} in {@code XDG_CACHE_HOME}, or in {@code .cache} of the home folder.
   */
  public static Path userFolder() {
    String chosen = System.getProperty(FOLDER_PROPERTY, "");
    if (!chosen.isBlank()) {
      return Path.of(chosen).toAbsolutePath();
    }
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path cache =
        xdg == null || xdg.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(xdg);
    return cache.resolve("flipside").resolve("weights").toAbsolutePath();
  }

  /**
   * A file that is there and right.
   *
   * @param sha256 its SHA-256 in hexadecimal
   * @param fetched whether it was fetched by this call
   */
  public record Fetched(Path file, String sha256, boolean fetched) {}

  /** Returns where a file of weights lies once it is fetched. */
  public Path file(KnownWeights weights) {
    return folder.resolve(weights.fileName());
  }

  /**
   * Fetches a file, unless it is there.
   *
   * @throws FlipsideException if the network, the disk or the checksum refuses; another call goes
   *     on where a download stopped
   */
  public Fetched run(KnownWeights weights) {
    Path file = file(weights);
    if (Files.exists(file)) {
      String found = sha256(file);
      if (found.startsWith(weights.digestPrefix())) {
        return new Fetched(file, found, false);
      }
    }
    Folders.create(folder);
    Path part = file.resolveSibling("." + file.getFileName() + ".part");
    download.fetch(weights.address(), part);
    try {
      String found = sha256(part);
      if (!found.startsWith(weights.digestPrefix())) {
        Files.delete(part);
        throw wrong(weights.address(), weights.digestPrefix(), found);
      }
      AtomicFile.replace(part, file);
      return new Fetched(file, found, true);
    } catch (IOException e) {
      throw AtomicFile.unwritable(file, e);
    }
  }

  private static FlipsideException wrong(URI address, String expected, String found) {
    return new FlipsideException(
        address
            + ": what arrived has the SHA-256 "
            + found
            + ", expected one that begins with "
            + expected
            + " as the name of the file says; the copy was changed or damaged. Repeat the command,"
            + " or name another copy with --from");
  }

  private static String sha256(Path file) {
    try (InputStream in = Files.newInputStream(file);
        DigestInputStream digested =
            new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      digested.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digested.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot be read (" + e + ")", e);
    }
  }
}
