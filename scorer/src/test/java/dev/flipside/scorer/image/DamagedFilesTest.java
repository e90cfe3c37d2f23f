package dev.flipside.scorer.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads files with random damage: each is read or refused by an {@link ImageException}, and a
 * header that is accepted is the one that the decoder sees. {@code -Dflipside.fuzz=N} sets the
 * number.
 */
class DamagedFilesTest {
  private static final int MUTATIONS = Integer.getInteger("flipside.fuzz", 10_000);

  /** Larger images would only be slow: their size is refused or their pixels are missing. */
  private static final long MOST_PIXELS = 1 << 16;

  @TempDir Path folder;

  @Test
  void read_randomDamage_isReadOrRefusedByName() throws IOException {
    List<byte[]> sources = sources();
    Random random = new Random(20_261_128);
    int read = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] damaged = damage(sources.get(random.nextInt(sources.size())), random);
      Path file = Files.write(folder.resolve("damaged"), damaged);
      if (read(file)) {
        read++;
      }
    }
    assertThat(read).isBetween(MUTATIONS / 20, MUTATIONS);
  }

  /** Returns whether a file is read as an image or as a label. */
  private static boolean read(Path file) {
    ImageSize size;
    try {
      size = ImageReader.probe(file);
    } catch (ImageException e) {
      assertThat(e.getMessage()).startsWith(file.toString());
      return false;
    }
    if (size.pixels() > MOST_PIXELS) {
      return false;
    }
    boolean image = gives(size, file, () -> ImageReader.read(file, null).size());
    boolean label = gives(size, file, () -> LabelReader.read(file, ClassMap.CAMVID, null).size());
    return image || label;
  }

  private static boolean gives(ImageSize size, Path file, Supplier<ImageSize> reading) {
    try {
      assertThat(reading.get()).isEqualTo(size);
      return true;
    } catch (ImageException e) {
      assertThat(e.getMessage()).startsWith(file.toString());
      return false;
    }
  }

  private static List<byte[]> sources() throws IOException {
    List<byte[]> sources = new java.util.ArrayList<>();
    for (String folder : List.of("images", "labels")) {
      try (Stream<Path> files = Files.list(Path.of("src", "test", "resources", folder))) {
        for (Path file : files.filter(each -> !each.endsWith("expected.json")).sorted().toList()) {
          sources.add(Files.readAllBytes(file));
        }
      }
    }
    assertThat(sources).hasSizeGreaterThan(200);
    return sources;
  }

  private static byte[] damage(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes && bytes.length > 8; i++) {
      // Most of what matters stands at the start; TIFF directories may stand at the end.
      int reach = random.nextBoolean() ? Math.min(bytes.length, 80) : bytes.length;
      int at = random.nextInt(reach);
      switch (random.nextInt(7)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0 : 255);
        case 3 -> bytes = Arrays.copyOf(bytes, at);
        case 4 -> bytes = moved(bytes, at, random);
        case 5 -> bytes = inserted(bytes, at, random);
        default -> number(bytes, at, random);
      }
    }
    if (random.nextInt(4) > 0) {
      repairChecksums(bytes);
    }
    return bytes;
  }

  private static byte[] moved(byte[] bytes, int at, Random random) {
    int from = random.nextInt(bytes.length);
    int length = Math.min(random.nextInt(32), bytes.length - Math.max(at, from));
    System.arraycopy(bytes, from, bytes, at, length);
    return bytes;
  }

  private static byte[] inserted(byte[] bytes, int at, Random random) {
    int more = 1 + random.nextInt(20);
    byte[] longer = new byte[bytes.length + more];
    System.arraycopy(bytes, 0, longer, 0, at);
    System.arraycopy(bytes, at, longer, at + more, bytes.length - at);
    return longer;
  }

  private static void number(byte[] bytes, int at, Random random) {
    int[] values = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xFFFF, 65536, bytes.length};
    if (at + 4 <= bytes.length) {
      int value = values[random.nextInt(values.length)];
      ByteBuffer.wrap(bytes).putInt(at, random.nextBoolean() ? value : Integer.reverseBytes(value));
    }
  }

  /** Makes the chunks of a PNG sound, so that damage reaches the decoder. */
  private static void repairChecksums(byte[] bytes) {
    ByteBuffer data = ByteBuffer.wrap(bytes);
    if (bytes.length < 8 || data.getInt(0) != 0x89504E47) {
      return;
    }
    int at = 8;
    while (at + 12 <= bytes.length) {
      int length = data.getInt(at);
      if (length < 0 || length > bytes.length - at - 12) {
        return;
      }
      CRC32 checksum = new CRC32();
      checksum.update(bytes, at + 4, length + 4);
      data.putInt(at + 8 + length, (int) checksum.getValue());
      at += 12 + length;
    }
  }
}
