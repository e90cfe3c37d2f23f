package dev.flipside.tools.dataset;

import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.image.ImageException;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.tools.download.Download;
import dev.flipside.tools.files.Folders;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Fetches CamVid into a folder. Files that are there and right are kept; each other arrives beside
 * its name, is checked, and gets its name only then, so what has its name is whole.
 */
public final class DatasetFetch {
  private final URI base;
  private final Path folder;
  private final List<CamVid.File> files;
  private final Download download;

  /**
   * @param base folder of the copy to fetch from
   * @param folder where the data set is to lie
   */
  public DatasetFetch(URI base, Path folder) {
    this(base, folder, CamVid.files(), download(Duration.ofSeconds(2)));
  }

  DatasetFetch(URI base, Path folder, List<CamVid.File> files, Download download) {
    this.base = URI.create(base.toString().endsWith("/") ? base.toString() : base + "/");
    this.folder = folder;
    this.files = files;
    this.download = download;
  }

  /** Creates the download of its files; see {@link Download}. */
  static Download download(Duration pause) {
    return new Download(
        pause, "copy the files by hand and look at them with flipside dataset check");
  }

  /**
   * Fetches what is missing.
   *
   * @return number of files fetched; the others were there
   * @throws FlipsideException if the network, the disk or a checksum refuses; what is complete by
   *     then stays, and another call goes on
   */
  public int run(Progress progress) {
    int fetched = 0;
    for (int i = 0; i < files.size(); i++) {
      CamVid.File each = files.get(i);
      Path file = folder.resolve(each.path());
      if (!isThere(each, file)) {
        fetch(each, file);
        fetched++;
      }
      progress.advance(i + 1, files.size(), "");
    }
    return fetched;
  }

  private void fetch(CamVid.File each, Path file) {
    Folders.create(Objects.requireNonNull(file.getParent()));
    Path part = file.resolveSibling("." + file.getFileName() + ".part");
    URI address = base.resolve(each.path());
    download.fetch(address, part);
    try {
      requireOrDelete(each, part, address);
      AtomicFile.replace(part, file);
    } catch (IOException e) {
      throw AtomicFile.unwritable(file, e);
    }
  }

  /** What is wrong must not be gone on with. */
  private static void requireOrDelete(CamVid.File each, Path part, URI address) throws IOException {
    try {
      each.require(part, address.toString());
    } catch (ImageException e) {
      Files.delete(part);
      throw new FlipsideException(
          address
              + ": what arrived is not the expected image ("
              + e.getMessage()
              + "); the copy was changed or damaged, try another with --from",
          e);
    } catch (FlipsideException e) {
      Files.delete(part);
      throw e;
    }
  }

  private static boolean isThere(CamVid.File each, Path file) {
    if (!Files.exists(file)) {
      return false;
    }
    try {
      each.require(file, file.toString());
      return true;
    } catch (FlipsideException e) {
      return false; // fetched anew
    }
  }
}
