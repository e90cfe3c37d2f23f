package dev.flipside.scorer.image;

import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.pool.PoolImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Caches decoded and resized images in a folder, as raw bytes, so that later runs do not decode
 * them again. An entry is valid only if its source is unchanged (see {@link CachedPixels}) and its
 * checksum is correct; otherwise the image is decoded again.
 *
 * <p>The total size of the entries is limited. Several processes may share a folder: they write one
 * at a time, under a lock on its file {@code lock}. If the limit is reached, entries that no
 * running process has used since this one started are deleted, least recently used first; if that
 * is not enough, further images are not cached, so that a run over a pool larger than the cache
 * still finds what an earlier one cached. The file {@code lock} holds the total size, which is
 * updated before an entry is written and recomputed whenever the cache is opened. If the cache
 * cannot be written (disk full), it is still read. Thread-safe.
 */
public final class ImageCache implements ImageSource {
  private static final String ENTRY = ".rgb";
  private static final String UNFINISHED = ".tmp";

  /** A lock on a file is held by a whole process, so its threads need one of their own. */
  private static final Object THREADS = new Object();

  private final Path folder;
  private final long mostBytes;
  private final FileTime start;
  private final Set<Path> used = ConcurrentHashMap.newKeySet();
  private volatile @Nullable String stopped;

  private ImageCache(Path folder, long mostBytes) {
    this.folder = folder;
    this.mostBytes = mostBytes;
    this.start = FileTime.from(Instant.now());
  }

  /**
   * Opens a cache. The folder is created if it does not exist, and incomplete files of killed
   * processes are deleted.
   *
   * @param mostBytes maximum total size of the entries in bytes, at least 0
   * @throws FlipsideException if the folder cannot be created or written to
   * @throws IllegalArgumentException if {@code mostBytes} is negative
   */
  public static ImageCache open(Path folder, long mostBytes) {
    if (mostBytes < 0) {
      throw new IllegalArgumentException(
          "image cache of " + mostBytes + " bytes, expected at least 0");
    }
    ImageCache cache = new ImageCache(folder.toAbsolutePath(), mostBytes);
    try {
      Files.createDirectories(folder);
      cache.locked(
          sum -> {
            for (Path each : cache.list(UNFINISHED)) {
              Files.deleteIfExists(each);
            }
            long total = 0;
            for (Path each : cache.list(ENTRY)) {
              total += size(each);
            }
            note(sum, total);
          });
    } catch (IOException e) {
      throw new FlipsideException(
          folder + ": the image cache cannot be used: " + e + "; name a folder that can be written",
          e);
    }
    return cache;
  }

  /** Returns the reason for which images are no longer cached, if any. */
  public Optional<String> stopped() {
    return Optional.ofNullable(stopped);
  }

  /**
   * {@inheritDoc}
   *
   * @throws FlipsideException if the image is not a file of this machine
   */
  @Override
  public ImagePixels open(PoolImage image, @Nullable ImageSize resize, PixelFormat pixels) {
    Path file = image.file();
    Path entry = folder.resolve(CachedPixels.key(file, resize, pixels) + ENTRY);
    used.add(entry);
    CachedPixels found = CachedPixels.find(entry, file, pixels);
    if (found != null) {
      return new Kept(file, entry, found, resize, pixels);
    }
    return new Missing(file, entry, resize, pixels);
  }

  /** Caches the pixels of an image if there is room. Failures are ignored. */
  private void keep(Path entry, CachedPixels header, ByteBuffer pixels) {
    if (stopped != null) {
      return;
    }
    long bytes = CachedPixels.HEADER_BYTES + (long) pixels.remaining();
    try {
      locked(
          sum -> {
            long others = noted(sum) - size(entry);
            if (others + bytes > mostBytes) {
              others = deleteUnused(entry, mostBytes - bytes);
            }
            if (others + bytes <= mostBytes) {
              note(sum, others + bytes);
              write(entry, header, pixels);
            } else {
              note(sum, others + size(entry));
              stopped = folder + ": " + mostBytes + " bytes are full, further images are not kept";
            }
          });
    } catch (IOException e) {
      stopped = folder + ": further images are not kept: " + e.getMessage();
    }
  }

  /**
   * Deletes what no running process has used since this one started, the longest unused first,
   * until the entries except one take no more than so many bytes.
   *
   * @return how many they take then
   */
  private long deleteUnused(Path except, long most) throws IOException {
    long total = 0;
    List<Aged> unused = new ArrayList<>();
    for (Path each : list(ENTRY)) {
      if (!each.equals(except)) {
        Aged aged = new Aged(each, size(each), lastUsed(each));
        total += aged.bytes;
        if (!used.contains(each) && aged.lastUsed.compareTo(start) < 0) {
          unused.add(aged);
        }
      }
    }
    unused.sort(Comparator.comparing(Aged::lastUsed));
    for (Aged each : unused) {
      if (total > most) {
        Files.deleteIfExists(each.entry);
        total -= each.bytes;
      }
    }
    return total;
  }

  /** Not flushed to the disk: what a crash of the system leaves has another checksum. */
  private void write(Path entry, CachedPixels header, ByteBuffer pixels) throws IOException {
    Path unfinished = Files.createTempFile(folder, "entry", UNFINISHED);
    try {
      try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
        header.write(channel, pixels);
      }
      Files.move(
          unfinished, entry, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
  }

  private List<Path> list(String suffix) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*" + suffix)) {
      entries.forEach(files::add);
    }
    return files;
  }

  @SuppressWarnings("try") // held, not used
  private void locked(Work work) throws IOException {
    synchronized (THREADS) {
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve("lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        work.run(channel);
      }
    }
  }

  /** Work done while no other process writes. */
  private interface Work {
    void run(FileChannel sum) throws IOException;
  }

  private static long noted(FileChannel sum) throws IOException {
    ByteBuffer total = ByteBuffer.allocate(Long.BYTES);
    return sum.read(total, 0) == Long.BYTES ? total.getLong(0) : 0;
  }

  private static void note(FileChannel sum, long total) throws IOException {
    sum.write(ByteBuffer.allocate(Long.BYTES).putLong(0, total), 0);
  }

  /** Returns the size of an entry in bytes, 0 if it does not exist. */
  private static long size(Path entry) throws IOException {
    try {
      return Files.size(entry);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private static FileTime lastUsed(Path entry) throws IOException {
    try {
      return Files.getLastModifiedTime(entry);
    } catch (NoSuchFileException e) {
      return FileTime.fromMillis(0);
    }
  }

  /** An entry with its size and the time of its last use. */
  private record Aged(Path entry, long bytes, FileTime lastUsed) {}

  /** An image with an entry. */
  private final class Kept implements ImagePixels {
    private final Path file;
    private final Path entry;
    private final CachedPixels header;
    private final @Nullable ImageSize resize;
    private final PixelFormat pixels;

    Kept(
        Path file,
        Path entry,
        CachedPixels header,
        @Nullable ImageSize resize,
        PixelFormat pixels) {
      this.pixels = pixels;
      this.file = file;
      this.entry = entry;
      this.header = header;
      this.resize = resize;
    }

    @Override
    public ImageSize size() {
      return header.size();
    }

    @Override
    public void writeInto(ByteBuffer target, int offset) {
      if (header.readInto(entry, target, offset)) {
        return;
      }
      // Damaged, or deleted since it was found.
      Missing missing = new Missing(file, entry, resize, pixels);
      if (!missing.size().equals(size())) {
        throw new ImageException(file + ": changed while it was read; score it again");
      }
      missing.writeInto(target, offset);
    }
  }

  /** An image without an entry that counts. */
  private final class Missing implements ImagePixels {
    private final Path entry;
    private final ImageFile image;
    private final ImageSize size;
    private final PixelFormat format;

    /** When and how large the file was before it was read, null where it cannot be told. */
    private final CachedPixels.@Nullable Stamp stamp;

    Missing(Path file, Path entry, @Nullable ImageSize resize, PixelFormat format) {
      this.format = format;
      this.entry = entry;
      this.stamp = CachedPixels.Stamp.of(file);
      this.image = ImageFile.read(file, format);
      this.size = resize == null ? image.size() : resize;
    }

    @Override
    public ImageSize size() {
      return size;
    }

    @Override
    public void writeInto(ByteBuffer target, int offset) {
      image.decodeInto(target, offset, size);
      if (stamp != null) {
        ByteBuffer pixels =
            target.slice(offset, Math.toIntExact(format.pixelBytes() * size.pixels()));
        keep(
            entry,
            CachedPixels.of(size, format.pixelBytes(), stamp, image.bytes(), pixels),
            pixels);
      }
    }
  }
}
