package dev.flipside.scorer.annotation.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnnotationFileTest {
  private static final ArchiveLimits LIMITS = new ArchiveLimits(10, 1000, 5000, 1000, 1000);
  private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;

  private Path zip(Charset charset, String... names) throws IOException {
    Path file = folder.resolve("a.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file), charset)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(CONTENT);
        zip.closeEntry();
      }
    }
    return file;
  }

  private static List<String> names(Path file) throws IOException {
    try (AnnotationFile archive = AnnotationFile.open(file, LIMITS)) {
      return archive.entries().stream().map(AnnotationFile.Entry::name).toList();
    }
  }

  private static byte[] content(Path file) throws IOException {
    byte[][] content = new byte[1][];
    try (AnnotationFile archive = AnnotationFile.open(file, LIMITS)) {
      archive.read(archive.entries().get(0), in -> content[0] = in.readAllBytes());
    }
    return content[0];
  }

  @Test
  void open_noArchive_isADocumentOfItsOwn() throws IOException {
    Path file = Files.write(folder.resolve("a.json"), CONTENT);
    assertThat(names(file)).containsExactly("");
    assertThat(content(file)).isEqualTo(CONTENT);
  }

  @Test
  void open_namesOfCodePage437_areDecoded() throws IOException {
    Path file = zip(Charset.forName("IBM437"), "B\u00fccher/\u00e9.json");
    assertThat(names(file)).containsExactly("B\u00fccher/\u00e9.json");
    assertThat(content(file)).isEqualTo(CONTENT);
  }

  @Test
  void open_utf8WithoutTheFlag_isDecoded() throws IOException {
    Path file = zip(StandardCharsets.UTF_8, "\u65e5\u672c \ud83d\ude00.json");
    byte[] bytes = Files.readAllBytes(file);
    // Bit 11 of the flags, in the local header and in the central directory.
    bytes[7] &= ~8;
    int central = indexOf(bytes, new byte[] {'P', 'K', 1, 2});
    bytes[central + 9] &= ~8;
    Files.write(file, bytes);
    assertThat(names(file)).containsExactly("\u65e5\u672c \ud83d\ude00.json");
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int at = 0; at + wanted.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    throw new AssertionError("not found");
  }

  @ParameterizedTest
  @EnumSource(
      value = Zip64Mode.class,
      names = {"Always", "Never"})
  void read_storedWithZip64OrWithout_isRead(Zip64Mode mode) throws IOException {
    Path file = folder.resolve("b.zip");
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file.toFile())) {
      zip.setUseZip64(mode);
      ZipArchiveEntry entry = new ZipArchiveEntry("a.json");
      entry.setMethod(ZipEntry.STORED);
      CRC32 checksum = new CRC32();
      checksum.update(CONTENT);
      entry.setCrc(checksum.getValue());
      entry.setSize(CONTENT.length);
      zip.putArchiveEntry(entry);
      zip.write(CONTENT);
      zip.closeArchiveEntry();
    }
    assertThat(content(file)).isEqualTo(CONTENT);
  }

  @Test
  void read_streamedZip64_isRead() throws IOException {
    Path file = folder.resolve("c.zip");
    try (OutputStream out = Files.newOutputStream(file);
        ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out)) {
      zip.setUseZip64(Zip64Mode.Always);
      zip.putArchiveEntry(new ZipArchiveEntry("a.json"));
      zip.write(CONTENT);
      zip.closeArchiveEntry();
    }
    assertThat(content(file)).isEqualTo(CONTENT);
  }

  @Test
  void read_packedByBzip2_isRead() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new BZip2CompressorOutputStream(packed)) {
      out.write(CONTENT);
    }

    assertThat(content(packedBy(12, packed.toByteArray()))).isEqualTo(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 14, 93, 95, 4711})
  void read_packedByAnotherMethod_isRefused(int method) throws IOException {
    Path file = packedBy(method, CONTENT);

    assertThatThrownBy(() -> content(file))
        .isInstanceOf(FlipsideException.class)
        .hasMessage("entry a.json: damaged, or packed by an unsupported method");
  }

  private Path packedBy(int method, byte[] packed) throws IOException {
    Path file = folder.resolve("d.zip");
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file.toFile())) {
      ZipArchiveEntry entry = new ZipArchiveEntry("a.json");
      entry.setMethod(method);
      CRC32 checksum = new CRC32();
      checksum.update(CONTENT);
      entry.setCrc(checksum.getValue());
      entry.setSize(CONTENT.length);
      entry.setCompressedSize(packed.length);
      zip.addRawArchiveEntry(entry, new ByteArrayInputStream(packed));
    }
    return file;
  }

  @Test
  void open_systemFilesAndFolders_areLeftOut() throws IOException {
    Path file =
        zip(
            StandardCharsets.UTF_8,
            "__MACOSX/._a.json",
            "x/.DS_Store",
            "x/",
            "x/a.JSON",
            "Thumbs.db");
    try (AnnotationFile archive = AnnotationFile.open(file, LIMITS)) {
      assertThat(archive.entries()).containsExactly(new AnnotationFile.Entry("x/a.JSON"));
      assertThat(archive.entries().get(0).hasExtension(".json")).isTrue();
      assertThat(archive.leftOut())
          .extracting(AnnotationFile.LeftOut::name)
          .containsExactly("__MACOSX/._a.json", "x/.DS_Store", "Thumbs.db");
    }
  }

  @Test
  void open_nameTwice_neitherIsRead() throws IOException {
    Path file = zip(StandardCharsets.UTF_8, "a.json", "b.json");
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 0; at < bytes.length - 5; at++) {
      if (bytes[at] == 'b' && bytes[at + 1] == '.') {
        bytes[at] = 'a';
      }
    }
    Files.write(file, bytes);
    try (AnnotationFile archive = AnnotationFile.open(file, LIMITS)) {
      assertThat(archive.entries()).isEmpty();
      assertThat(archive.leftOut().get(0).reason()).contains("2 times");
    }
  }

  @Test
  void read_changedContent_isRefusedByName() throws IOException {
    Path file = zip(StandardCharsets.UTF_8, "a.json");
    byte[] bytes = Files.readAllBytes(file);
    int central = indexOf(bytes, new byte[] {'P', 'K', 1, 2});
    bytes[central + 16] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> content(file))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContainingAll("a.json", "damaged");
  }

  @Test
  void read_beyondTheLimits_isRefused() throws IOException {
    Path file = folder.resolve("bomb.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("big"));
      zip.write(new byte[1001]);
      zip.closeEntry();
      for (int entry = 0; entry < 6; entry++) {
        zip.putNextEntry(new ZipEntry("full" + entry));
        zip.write(new byte[1000]);
        zip.closeEntry();
      }
    }
    try (AnnotationFile archive = AnnotationFile.open(file, LIMITS)) {
      assertThatThrownBy(() -> archive.read(archive.entries().get(0), in -> {}))
          .isInstanceOf(FlipsideException.class)
          .hasMessageContainingAll("big", "more than 1000 bytes");
      assertThatThrownBy(
              () -> {
                for (AnnotationFile.Entry each : archive.entries().subList(1, 7)) {
                  archive.read(each, in -> {});
                }
              })
          .isInstanceOf(ArchiveTooLargeException.class);
    }
    Path many = zip(StandardCharsets.UTF_8, "0123456789a".split(""));
    assertThatThrownBy(() -> AnnotationFile.open(many, LIMITS))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("more than 10 entries");
  }

  @Test
  void read_smallArchiveThatUnpacksToMuch_isRefused() throws IOException {
    Path file = folder.resolve("ratio.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (int entry = 0; entry < 3; entry++) {
        zip.putNextEntry(new ZipEntry("zeros" + entry));
        zip.write(new byte[30 << 20]);
        zip.closeEntry();
      }
    }
    ArchiveLimits wide = ArchiveLimits.ofEntryBytes(64 << 20);
    try (AnnotationFile archive = AnnotationFile.open(file, wide)) {
      assertThatThrownBy(
              () -> {
                for (AnnotationFile.Entry each : archive.entries()) {
                  archive.read(each, in -> {});
                }
              })
          .isInstanceOf(ArchiveTooLargeException.class)
          .hasMessageContaining("more than 67108864 bytes");
    }
  }

  @Test
  void open_tooManyEntries_isRefusedBeforeTheDirectoryIsRead() throws IOException {
    Path many = zip(StandardCharsets.UTF_8, "0123456789a".split(""));
    byte[] bytes = Files.readAllBytes(many);
    // Without the record at the end, which a reader of the directory needs and misses.
    Files.write(many, Arrays.copyOf(bytes, bytes.length - 22));
    assertThatThrownBy(() -> AnnotationFile.open(many, LIMITS))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("more than 10 entries");
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 20, 60, 100})
  void open_cutArchive_isRefused(int length) throws IOException {
    Path file = zip(StandardCharsets.UTF_8, "a.json");
    Files.write(file, new ByteArrayInputStream(Files.readAllBytes(file)).readNBytes(length));
    assertThatThrownBy(() -> AnnotationFile.open(file, LIMITS))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("damaged ZIP file");
  }
}
