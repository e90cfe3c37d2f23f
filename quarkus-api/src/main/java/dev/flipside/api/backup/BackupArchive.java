package dev.flipside.api.backup;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A ZIP archive with the files of a data folder: {@code campaigns.db}, {@code models/…}, and, as
 * the last entry, {@code backup.json}: {@code {"files":{"NAME":{"bytes":N,"sha256":"…"},…}}}. An
 * archive without its last entry is incomplete.
 */
final class BackupArchive {
  private final ZipOutputStream zip;
  private final ObjectNode files = new ObjectMapper().createObjectNode();

  private BackupArchive(ZipOutputStream zip) {
    this.zip = zip;
  }

  /**
   * Writes an archive.
   *
   * @param database copy of the SQLite file, which nobody changes
   * @param models folder of the model registry; models that are removed meanwhile are left out
   * @param out not closed
   */
  static void write(Path database, Path models, OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    zip.setLevel(Deflater.BEST_SPEED);
    BackupArchive archive = new BackupArchive(zip);
    archive.add("campaigns.db", database);
    for (Path each : files(models)) {
      archive.add("models/" + models.relativize(each).toString().replace('\\', '/'), each);
    }
    zip.putNextEntry(new ZipEntry("backup.json"));
    ObjectNode manifest = new ObjectMapper().createObjectNode();
    manifest.set("files", archive.files);
    zip.write(manifest.toString().getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
    zip.finish();
  }

  /** Hidden files are those of unfinished operations. */
  private static List<Path> files(Path models) throws IOException {
    try (Stream<Path> all = Files.walk(models)) {
      return all.filter(each -> Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS))
          .filter(each -> !("/" + models.relativize(each)).contains("/."))
          .sorted()
          .toList();
    }
  }

  private void add(String name, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      zip.putNextEntry(new ZipEntry(name));
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      long bytes = in.transferTo(new DigestOutputStream(zip, digest));
      zip.closeEntry();
      files
          .putObject(name)
          .put("bytes", bytes)
          .put("sha256", HexFormat.of().formatHex(digest.digest()));
    } catch (NoSuchFileException e) {
      // A model that was removed after the folder was listed.
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
