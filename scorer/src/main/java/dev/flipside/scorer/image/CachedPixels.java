package dev.flipside.scorer.image;

import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.ImageSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Header of an entry of the {@link ImageCache}: size and checksum of the pixels, and the file they
 * come from.
 *
 * <p>The source counts as unchanged if its length and modification time are the same. A file
 * modified within the two seconds before it was read may be modified again without a new time, and
 * a copied file has a new time but the same content: in both cases the digest decides.
 *
 * @param size size of the pixels
 * @param pixelBytes bytes of a pixel; not stored, the name of an entry tells them
 * @param stamp length and modification time of the source
 * @param readNanos time when the source was read, nanoseconds since 1970
 * @param digest SHA-256 of the source
 * @param checksum CRC-32C of the pixels
 */
@SuppressWarnings("ArrayRecordComponent") // read only
record CachedPixels(
    ImageSize size, int pixelBytes, Stamp stamp, long readNanos, byte[] digest, int checksum) {
  static final int HEADER_BYTES = 76;

  /** Version of the format; a change invalidates all existing entries. */
  private static final long MAGIC = 0x466C697052474202L;

  private static final long COARSEST_CLOCK_NANOS = 2_000_000_000L;

  /**
   * Length and time of a file.
   *
   * @param bytes its length
   * @param changedNanos when it was last changed, nanoseconds since 1970
   */
  record Stamp(long bytes, long changedNanos) {
    /** Returns the stamp of a file, or null if it cannot be determined. */
    static @Nullable Stamp of(Path file) {
      try {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(found.size(), found.lastModifiedTime().to(TimeUnit.NANOSECONDS));
      } catch (IOException e) {
        return null; // reading it will tell
      }
    }
  }

  /** Returns the name of the entry of an image in a size; includes the version of the decoder. */
  static String key(Path file, @Nullable ImageSize resize, PixelFormat pixels) {
    String text =
        OpenCv.version()
            + '\n'
            + file.toAbsolutePath().normalize()
            + '\n'
            + resize
            + (pixels.isColor() ? "" : "\n" + pixels);
    return HexFormat.of().formatHex(digest(text.getBytes(StandardCharsets.UTF_8)), 0, 20);
  }

  /** Creates the header of newly decoded pixels. */
  static CachedPixels of(
      ImageSize size, int pixelBytes, Stamp stamp, byte[] source, ByteBuffer pixels) {
    return new CachedPixels(
        size,
        pixelBytes,
        stamp,
        nanos(Instant.now()),
        digest(source),
        checksum(pixels.duplicate()));
  }

  /** Returns the header of an entry if it exists and its source is unchanged. */
  static @Nullable CachedPixels find(Path entry, Path file, PixelFormat pixels) {
    Stamp now = Stamp.of(file);
    try (FileChannel channel = FileChannel.open(entry, StandardOpenOption.READ)) {
      CachedPixels header = read(channel, pixels.pixelBytes());
      if (now == null || header == null || header.stamp.bytes != now.bytes) {
        return null;
      }
      boolean sure =
          header.stamp.equals(now) && now.changedNanos < header.readNanos - COARSEST_CLOCK_NANOS;
      return sure || Arrays.equals(header.digest, digest(Files.readAllBytes(file))) ? header : null;
    } catch (IOException e) {
      return null; // decoding tells what is wrong with the file
    }
  }

  private static @Nullable CachedPixels read(FileChannel channel, int pixelBytes)
      throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    fill(channel, header, 0);
    header.flip();
    if (header.limit() < HEADER_BYTES || header.getLong() != MAGIC) {
      return null;
    }
    int height = header.getInt();
    int width = header.getInt();
    Stamp stamp = new Stamp(header.getLong(), header.getLong());
    long read = header.getLong();
    byte[] digest = new byte[32];
    header.get(digest);
    int checksum = header.getInt();
    boolean whole =
        height > 0
            && width > 0
            && channel.size() == HEADER_BYTES + (long) pixelBytes * height * width;
    return whole
        ? new CachedPixels(new ImageSize(height, width), pixelBytes, stamp, read, digest, checksum)
        : null;
  }

  void write(FileChannel channel, ByteBuffer pixels) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.putLong(MAGIC).putInt(size.height()).putInt(size.width());
    header.putLong(stamp.bytes).putLong(stamp.changedNanos).putLong(readNanos);
    header.put(digest).putInt(checksum).position(0).limit(HEADER_BYTES);
    AtomicFile.writeAll(channel, header);
    AtomicFile.writeAll(channel, pixels.duplicate());
  }

  /**
   * Reads the pixels of an entry. Returns false if the entry is incomplete or was replaced since
   * the header was read.
   */
  boolean readInto(Path entry, ByteBuffer target, int offset) {
    ByteBuffer pixels = target.slice(offset, Math.toIntExact(pixelBytes * size.pixels()));
    try (FileChannel channel = FileChannel.open(entry, StandardOpenOption.READ)) {
      fill(channel, pixels, HEADER_BYTES);
      if (pixels.hasRemaining() || checksum(pixels.flip()) != checksum) {
        return false;
      }
      // The time of the last use is what the cache forgets entries by.
      Files.setLastModifiedTime(entry, FileTime.from(Instant.now()));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void fill(FileChannel channel, ByteBuffer target, long from) throws IOException {
    long at = from;
    int read = channel.read(target, at);
    while (read > 0) {
      at += read;
      read = channel.read(target, at);
    }
  }

  private static int checksum(ByteBuffer pixels) {
    CRC32C checksum = new CRC32C();
    checksum.update(pixels);
    return (int) checksum.getValue();
  }

  private static long nanos(Instant time) {
    return FileTime.from(time).to(TimeUnit.NANOSECONDS);
  }

  private static byte[] digest(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
