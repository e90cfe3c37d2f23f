package dev.flipside.tools.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A backup that a service wrote: a ZIP archive with the files of its data folder and, in {@code
 * backup.json}, their sizes and digests.
 */
public final class BackupFile {
  private static final String MANIFEST = "backup.json";
  private static final Pattern NAME =
      Pattern.compile("campaigns\\.db|models(/[A-Za-z0-9_][A-Za-z0-9._-]*)+");

  private final Path file;

  /** Does not read the file yet. */
  public BackupFile(Path file) {
    this.file = file;
  }

  /**
   * Unpacks the backup into a data folder. The folder appears when all of it is checked, or not at
   * all.
   *
   * @param folder does not exist or is empty
   * @return number of files
   * @throws FlipsideException if the folder is in use, or the backup is incomplete or changed
   */
  public int restore(Path folder) {
    Path target = folder.toAbsolutePath().normalize();
    requireFree(target);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      JsonNode files = manifest(zip);
      requireSameNames(zip, files);
      Files.createDirectories(target.getParent());
      Path unpacked = Files.createTempDirectory(target.getParent(), ".restoring-");
      try {
        for (Map.Entry<String, JsonNode> each : files.properties()) {
          unpack(zip, each.getKey(), each.getValue(), unpacked.resolve(each.getKey()));
        }
        Files.deleteIfExists(target);
        Files.move(unpacked, target);
      } finally {
        deleteTree(unpacked);
      }
      return files.size();
    } catch (DirectoryNotEmptyException e) {
      throw inUse(target);
    } catch (NoSuchFileException e) {
      throw new FlipsideException(e.getFile() + ": no such file", e);
    } catch (ZipException e) {
      throw damaged("it cannot be read as a ZIP file");
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot be restored to " + target + ": " + e, e);
    }
  }

  private static void requireFree(Path target) {
    if (Files.isDirectory(target)) {
      try (Stream<Path> entries = Files.list(target)) {
        if (entries.findAny().isEmpty()) {
          return;
        }
      } catch (IOException e) {
        throw new FlipsideException(target + ": cannot be read: " + e, e);
      }
    }
    if (Files.exists(target)) {
      throw inUse(target);
    }
  }

  private static FlipsideException inUse(Path target) {
    return new FlipsideException(
        target + ": not an empty folder; move it away, or name another with --data");
  }

  private JsonNode manifest(ZipFile zip) throws IOException {
    ZipEntry entry = zip.getEntry(MANIFEST);
    if (entry == null) {
      throw damaged("there is no " + MANIFEST + " in it");
    }
    try (InputStream in = zip.getInputStream(entry)) {
      JsonNode files = new ObjectMapper().readTree(in).path("files");
      if (!files.has("campaigns.db")) {
        throw damaged(MANIFEST + " names no campaigns.db");
      }
      return files;
    }
  }

  private void requireSameNames(ZipFile zip, JsonNode files) {
    List<String> names = zip.stream().map(ZipEntry::getName).toList();
    for (String each : names) {
      if (!each.equals(MANIFEST) && !(files.has(each) && NAME.matcher(each).matches())) {
        throw damaged("the entry " + each + " is not expected");
      }
    }
    for (String each : (Iterable<String>) files::fieldNames) {
      if (!names.contains(each)) {
        throw damaged(each + " is missing");
      }
    }
    if (names.size() != files.size() + 1) {
      throw damaged("an entry occurs twice");
    }
  }

  private void unpack(ZipFile zip, String name, JsonNode expected, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    MessageDigest digest = sha256();
    long bytes;
    try (InputStream in = new DigestInputStream(zip.getInputStream(zip.getEntry(name)), digest);
        OutputStream out = Files.newOutputStream(to)) {
      bytes = in.transferTo(out);
    }
    if (bytes != expected.path("bytes").asLong(-1)
        || !HexFormat.of().formatHex(digest.digest()).equals(expected.path("sha256").asText())) {
      throw damaged(name + " differs from the file that was backed up");
    }
  }

  private FlipsideException damaged(String problem) {
    return new FlipsideException(
        file + ": not a complete backup: " + problem + "; use another backup");
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void deleteTree(Path root) throws IOException {
    if (Files.exists(root)) {
      try (Stream<Path> tree = Files.walk(root)) {
        for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }
}
