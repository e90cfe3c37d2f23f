package dev.flipside.scorer.annotation.archive;

import dev.flipside.models.domain.FlipsideException;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipMethod;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.deflate64.Deflate64CompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of annotations: a ZIP archive, a folder, which is read like one, or a document of its own.
 * An archive is opened with random access, so that its central directory decides what it contains,
 * however it was written.
 */
public final class AnnotationFile implements Closeable {
  /**
   * A document: an entry of an archive, or the file itself.
   *
   * @param name path in the archive; empty for a file that is no archive
   */
  public record Entry(String name) {
    /** Returns whether the name ends with an extension, in upper or lower case. */
    public boolean hasExtension(String extension) {
      return name.toLowerCase(Locale.ROOT).endsWith(extension);
    }

    /** Returns the path in the archive for messages. */
    @Override
    public String toString() {
      return name.isEmpty() ? "file" : name;
    }
  }

  /**
   * An entry that is not read.
   *
   * @param name path in the archive
   * @param reason why it is not read
   */
  public record LeftOut(String name, String reason) {}

  /** Reads a document. */
  @FunctionalInterface
  public interface Reader {
    /** Reads from a stream that the caller closes. */
    void read(InputStream in) throws IOException;
  }

  /** Signature of a header in the central directory. */
  private static final int HEADER = 0x504B0102;

  /** An archive may unpack to so many bytes, and beyond that to so many times its size. */
  private static final long FREELY_UNPACKED = 1L << 26;

  private static final long LARGEST_RATIO = 128;

  private final Path file;
  private final @Nullable ZipFile zip;
  private final ArchiveLimits limits;
  private final long mostUnpacked;
  private final Map<String, ZipArchiveEntry> zipped = new HashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private final List<LeftOut> leftOut = new ArrayList<>();
  private long unpacked;
  private long pixels;

  private AnnotationFile(Path file, @Nullable ZipFile zip, ArchiveLimits limits)
      throws IOException {
    this.file = file;
    this.zip = zip;
    this.limits = limits;
    this.mostUnpacked =
        Math.min(limits.totalBytes(), Math.max(FREELY_UNPACKED, LARGEST_RATIO * Files.size(file)));
  }

  /**
   * Opens a file. The caller closes what is returned.
   *
   * @throws FlipsideException if the file is a damaged ZIP archive, or one with too many entries
   * @throws IOException if the file cannot be read
   */
  public static AnnotationFile open(Path file, ArchiveLimits limits) throws IOException {
    if (Files.isDirectory(file)) {
      AnnotationFile folder = new AnnotationFile(file, null, limits);
      folder.listFolder();
      return folder;
    }
    if (!isZip(file)) {
      AnnotationFile plain = new AnnotationFile(file, null, limits);
      plain.entries.add(new Entry(""));
      return plain;
    }
    // Before the archive is opened: that takes memory for each entry.
    requireFewEntries(file, limits.entries());
    ZipFile zip;
    try {
      zip = ZipFile.builder().setPath(file).get();
    } catch (IOException | RuntimeException e) {
      throw damaged(e);
    }
    AnnotationFile archive = new AnnotationFile(file, zip, limits);
    try {
      archive.list(zip);
      return archive;
    } catch (RuntimeException e) {
      archive.close();
      throw e;
    }
  }

  private static boolean isZip(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(2);
      return start.length == 2 && start[0] == 'P' && start[1] == 'K';
    }
  }

  /**
   * Counts the signatures of central directory headers. The count that the archive itself gives may
   * be wrong.
   */
  private static void requireFewEntries(Path file, int most) throws IOException {
    int headers = 0;
    int last = 0;
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        for (int at = 0; at < read; at++) {
          last = (last << 8) | (buffer[at] & 0xFF);
          if (last == HEADER && ++headers > most) {
            throw new FlipsideException(
                "the ZIP file has more than " + most + " entries; divide it");
          }
        }
      }
    }
  }

  private void list(ZipFile archive) {
    Map<String, Integer> count = new HashMap<>();
    for (Iterator<ZipArchiveEntry> each = archive.getEntries().asIterator(); each.hasNext(); ) {
      ZipArchiveEntry entry = each.next();
      String name = EntryNames.of(entry);
      if (entry.isDirectory() || name.endsWith("\\")) {
        continue;
      }
      if (EntryNames.isSystemFile(name)) {
        leftOut.add(new LeftOut(name, "metadata of an operating system"));
      } else if (entry.isUnixSymlink()) {
        leftOut.add(new LeftOut(name, "a symbolic link"));
      } else if (entry.getGeneralPurposeBit().usesEncryption()) {
        leftOut.add(new LeftOut(name, "encrypted; write the archive without a password"));
      } else {
        count.merge(name, 1, Integer::sum);
        zipped.put(name, entry);
        entries.add(new Entry(name));
      }
    }
    // Which of several entries of one name is meant cannot be known.
    entries.removeIf(entry -> count.getOrDefault(entry.name(), 0) > 1);
    count.forEach(
        (name, times) -> {
          if (times > 1) {
            leftOut.add(new LeftOut(name, "in the archive " + times + " times; keep one"));
          }
        });
  }

  /** Lists the files of a folder in the order of their names. Links are left out. */
  private void listFolder() throws IOException {
    try (Stream<Path> all = Files.walk(file)) {
      for (Path each : (Iterable<Path>) all.sorted()::iterator) {
        String name = file.relativize(each).toString().replace(File.separatorChar, '/');
        if (Files.isSymbolicLink(each)) {
          leftOut.add(new LeftOut(name, "a symbolic link"));
        } else if (Files.isRegularFile(each)) {
          if (EntryNames.isSystemFile(name)) {
            leftOut.add(new LeftOut(name, "metadata of an operating system"));
          } else if (entries.size() == limits.entries()) {
            throw new FlipsideException(
                "the folder has more than " + limits.entries() + " files; divide it");
          } else {
            entries.add(new Entry(name));
          }
        }
      }
    }
  }

  /** Returns whether the file is a ZIP archive or a folder. */
  public boolean isArchive() {
    return zip != null || Files.isDirectory(file);
  }

  /** Returns the documents in the order of the archive, without folders and system files. */
  public List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** Returns the entries that cannot be read, with reasons. */
  public List<LeftOut> leftOut() {
    return List.copyOf(leftOut);
  }

  /**
   * Reads a document.
   *
   * @throws FlipsideException if the entry is damaged or unpacks to more than the limits
   * @throws IOException if the file cannot be read
   */
  public void read(Entry entry, Reader reader) throws IOException {
    if (zip == null) {
      try (InputStream in = Files.newInputStream(file.resolve(entry.name()))) {
        reader.read(in);
      }
      return;
    }
    ZipArchiveEntry zippedEntry = zipped.get(entry.name());
    if (zippedEntry == null) {
      throw new IllegalArgumentException("no entry " + entry);
    }
    try (InputStream open = open(zip, zippedEntry)) {
      InputStream in = new Bounded(open, entry, zippedEntry.getCrc());
      reader.read(in);
      // To its end, where the checksum is compared.
      in.transferTo(OutputStream.nullOutputStream());
    }
  }

  private static InputStream open(ZipFile zip, ZipArchiveEntry entry) throws IOException {
    try {
      return unpacking(zip.getRawInputStream(entry), entry.getMethod());
    } catch (IOException | RuntimeException e) {
      throw damaged(new Entry(EntryNames.of(entry)), e);
    }
  }

  /**
   * Returns what unpacks a method. {@code ZipFile} itself would need libraries for some methods,
   * which are not there.
   */
  private static InputStream unpacking(InputStream packed, int method) throws IOException {
    @Nullable ZipMethod known = ZipMethod.getMethodByCode(method);
    if (known == null) {
      throw new IOException("method " + method);
    }
    return switch (known) {
      case STORED -> packed;
      case DEFLATED -> inflating(packed);
      case ENHANCED_DEFLATED -> new Deflate64CompressorInputStream(packed);
      case BZIP2 -> new BZip2CompressorInputStream(packed);
      default -> throw new IOException("method " + known);
    };
  }

  private static InputStream inflating(InputStream packed) {
    Inflater inflater = new Inflater(true);
    // Without a header, the inflater needs one byte more than there is.
    InputStream padded = new SequenceInputStream(packed, new ByteArrayInputStream(new byte[1]));
    return new InflaterInputStream(padded, inflater) {
      @Override
      public void close() throws IOException {
        super.close();
        inflater.end();
      }
    };
  }

  /**
   * Copies a document into a file, replacing it.
   *
   * @throws FlipsideException if the entry is damaged or unpacks to more than the limits
   * @throws IOException if the file cannot be written
   */
  public void copy(Entry entry, Path target) throws IOException {
    read(entry, in -> Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING));
  }

  /**
   * Counts pixels that are to be decoded.
   *
   * @param name what is decoded, for the message
   * @throws FlipsideException if they are too many with those before
   */
  public void spendPixels(String name, long count) {
    if (count > limits.pixels() - pixels) {
      throw new FlipsideException(
          name
              + ": more than "
              + limits.pixels()
              + " pixels of PNG files in one import; import the file in parts");
    }
    pixels += count;
  }

  @Override
  public void close() throws IOException {
    if (zip != null) {
      zip.close();
    }
  }

  private static FlipsideException damaged(Exception cause) {
    return new FlipsideException(
        "a damaged ZIP file (" + cause.getMessage() + "); write the archive again", cause);
  }

  private static FlipsideException damaged(Entry entry, Exception cause) {
    return new FlipsideException(
        "entry " + entry + ": damaged, or packed by an unsupported method", cause);
  }

  /**
   * The content of an entry, up to the limits. Damage becomes an exception that names the entry.
   */
  private final class Bounded extends InputStream {
    private final InputStream in;
    private final Entry entry;
    private final long expected;
    private final CRC32 checksum = new CRC32();
    private long length;

    Bounded(InputStream in, Entry entry, long expected) {
      this.in = in;
      this.entry = entry;
      this.expected = expected;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int count) throws IOException {
      int read;
      try {
        read = in.read(buffer, offset, count);
      } catch (IOException | RuntimeException e) {
        throw damaged(entry, e);
      }
      if (read < 0 && checksum.getValue() != expected) {
        throw new FlipsideException(
            "entry " + entry + ": damaged, its checksum differs; write the archive again");
      }
      if (read > 0) {
        checksum.update(buffer, offset, read);
        length += read;
        unpacked += read;
      }
      if (length > limits.entryBytes()) {
        throw new FlipsideException(
            "entry " + entry + ": more than " + limits.entryBytes() + " bytes when unpacked");
      }
      if (unpacked > mostUnpacked) {
        throw new ArchiveTooLargeException(
            "the ZIP file unpacks to more than " + mostUnpacked + " bytes; divide it");
      }
      return read;
    }

    /** Leaves the entry open: parsers close their input, and its rest is still to be read. */
    @Override
    public void close() {}
  }
}
