package dev.flipside.scorer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.pool.PoolImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCacheTest {
  private static final ImageSize SIZE = new ImageSize(8, 10);

  /** Of an image in {@link #SIZE}. */
  private static final long ENTRY_BYTES = CachedPixels.HEADER_BYTES + 240;

  @TempDir Path folder;

  @Test
  void open_secondTime_givesTheSamePixelsWithoutDecoding() throws IOException {
    Path file = old(Pictures.png(folder.resolve("a.png"), 20, 30, 1));
    byte[] expected = pixels(ImageSource.FILES, file, SIZE);

    assertThat(pixels(cache(10_000), file, SIZE)).isEqualTo(expected);
    // Damaged in a way that only decoding would notice.
    FileTime time = Files.getLastModifiedTime(file);
    Files.write(file, new byte[(int) Files.size(file)]);
    Files.setLastModifiedTime(file, time);

    assertThat(pixels(cache(10_000), file, SIZE)).isEqualTo(expected);
  }

  @Test
  void open_ownSizeAndOtherSizes_areEntriesOfTheirOwn() throws IOException {
    Path file = old(Pictures.png(folder.resolve("a.png"), 20, 30, 1));
    for (int round = 0; round < 2; round++) {
      ImageCache cache = cache(100_000);
      for (ImageSize size : new ImageSize[] {SIZE, new ImageSize(10, 8), null}) {
        assertThat(pixels(cache, file, size)).isEqualTo(pixels(ImageSource.FILES, file, size));
      }
      assertThat(entries()).hasSize(3);
    }
  }

  @Test
  void open_sourceReplaced_decodesTheNewOne() throws IOException {
    Path file = old(Pictures.png(folder.resolve("a.png"), 20, 30, 1));
    pixels(cache(10_000), file, SIZE);

    Pictures.png(file, 20, 30, 2);
    assertThat(pixels(cache(10_000), file, SIZE)).isEqualTo(pixels(ImageSource.FILES, file, SIZE));
    assertThat(entries()).hasSize(1);
  }

  @Test
  void open_sameLengthAndTimeButJustWritten_comparesTheBytes() throws IOException {
    Path file = folder.resolve("b.png");
    Path one = padded(1);
    Path two = padded(2);
    FileTime now = FileTime.from(Instant.now());
    Files.copy(one, file);
    Files.setLastModifiedTime(file, now);
    pixels(cache(10_000), file, SIZE);

    Files.copy(two, file, StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(file, now);

    assertThat(Files.size(one)).isEqualTo(Files.size(two));
    assertThat(pixels(cache(10_000), file, SIZE)).isEqualTo(pixels(ImageSource.FILES, two, SIZE));
  }

  @Test
  void open_sourceCopiedWithAnotherTime_isStillFound() throws IOException {
    Path file = old(Pictures.png(folder.resolve("a.png"), 20, 30, 1));
    pixels(cache(10_000), file, SIZE);

    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(1))));

    assertThat(CachedPixels.find(entries().get(0), file, PixelFormat.RGB)).isNotNull();
  }

  @Test
  void open_entryCutOffOrDamaged_decodes() throws IOException {
    Path file = old(Pictures.png(folder.resolve("a.png"), 20, 30, 1));
    byte[] expected = pixels(cache(10_000), file, SIZE);
    Path entry = entries().get(0);
    byte[] whole = Files.readAllBytes(entry);
    for (int length : new int[] {0, 7, 75, 76, whole.length - 1}) {
      Files.write(entry, java.util.Arrays.copyOf(whole, length));
      assertThat(pixels(cache(10_000), file, SIZE)).as("cut to %s", length).isEqualTo(expected);
      assertThat(entry).hasBinaryContent(whole(entry, expected));
    }
    for (int at : new int[] {0, 9, 20, 75, 76, whole.length - 1}) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 4;
      Files.write(entry, damaged);
      assertThat(pixels(cache(10_000), file, SIZE)).as("bit at %s", at).isEqualTo(expected);
    }
  }

  @Test
  void writeInto_entryDeletedSinceItWasFound_decodes() throws IOException {
    Path file = old(Pictures.png(folder.resolve("a.png"), 20, 30, 1));
    byte[] expected = pixels(cache(10_000), file, SIZE);
    ImagePixels found = cache(10_000).open(new PoolImage("a", file), SIZE, PixelFormat.RGB);
    Files.delete(entries().get(0));

    assertThat(bytes(found)).isEqualTo(expected);
  }

  @Test
  void open_poolLargerThanTheCache_keepsWhatFitsAndFindsItAgain() throws IOException {
    List<Path> files = files(10);
    for (int round = 0; round < 3; round++) {
      ImageCache cache = cache(4 * ENTRY_BYTES + 5);
      for (Path file : files) {
        assertThat(pixels(cache, file, SIZE)).isEqualTo(pixels(ImageSource.FILES, file, SIZE));
        assertThat(entries()).hasSizeLessThanOrEqualTo(4);
      }
      assertThat(entries()).hasSize(4);
      assertThat(cache.stopped().orElseThrow()).contains("bytes are full");
    }
    for (Path file : files.subList(0, 4)) {
      assertThat(entries()).contains(entry(file));
    }
  }

  @Test
  void open_otherPool_replacesWhatWasUnusedTheLongest() throws IOException {
    List<Path> files = files(6);
    ImageCache before = cache(3 * ENTRY_BYTES);
    for (Path file : files.subList(0, 3)) {
      pixels(before, file, SIZE);
    }
    for (int i = 0; i < 3; i++) {
      Files.setLastModifiedTime(
          entry(files.get(i)), FileTime.from(Instant.now().minusSeconds(90 - i)));
    }
    ImageCache cache = cache(3 * ENTRY_BYTES);
    pixels(cache, files.get(0), SIZE);
    pixels(cache, files.get(3), SIZE);

    assertThat(entries())
        .containsExactlyInAnyOrder(entry(files.get(0)), entry(files.get(2)), entry(files.get(3)));
  }

  @Test
  void open_afterAKill_forgetsWhatWasUnfinishedAndCountsAnew() throws IOException {
    List<Path> files = files(2);
    ImageCache killed = cache(2 * ENTRY_BYTES);
    pixels(killed, files.get(0), SIZE);
    Path kept = folder.resolve("cache");
    Files.write(kept.resolve("entry1.tmp"), new byte[100]);
    Files.write(kept.resolve("lock"), new byte[] {0, 0, 0, 0, 9, 9, 9, 9});

    pixels(cache(2 * ENTRY_BYTES), files.get(1), SIZE);

    assertThat(kept.resolve("entry1.tmp")).doesNotExist();
    assertThat(entries()).hasSize(2);
  }

  @Test
  void open_manyThreadsAndCaches_neverMoreBytesNorOtherPixels() throws Exception {
    List<Path> files = files(12);
    List<byte[]> expected = new ArrayList<>();
    for (Path file : files) {
      expected.add(pixels(ImageSource.FILES, file, SIZE));
    }
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int run = 0; run < 6; run++) {
        int first = run;
        runs.add(
            threads.submit(
                () -> {
                  for (int round = 0; round < 5; round++) {
                    ImageCache cache = cache(5 * ENTRY_BYTES);
                    for (int i = 0; i < files.size(); i++) {
                      int at = (i + 2 * first) % files.size();
                      assertThat(pixels(cache, files.get(at), SIZE)).isEqualTo(expected.get(at));
                      assertThat(entries()).hasSizeLessThanOrEqualTo(5);
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void open_folderThatCannotBeWritten_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");

    assertThatThrownBy(() -> ImageCache.open(file, 10))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("image cache cannot be used");
  }

  @Test
  void keep_fullDisk_goesOnWithoutKeeping() throws IOException {
    assumeThat(Path.of("/dev/full")).exists();
    Path file = old(Pictures.png(folder.resolve("a.png"), 20, 30, 1));
    ImageCache cache = cache(10_000);
    Path lock = folder.resolve("cache/lock");
    Files.delete(lock);
    Files.createSymbolicLink(lock, Path.of("/dev/full"));

    assertThat(pixels(cache, file, SIZE)).isEqualTo(pixels(ImageSource.FILES, file, SIZE));

    assertThat(cache.stopped().orElseThrow()).contains("not kept").contains("No space left");
    assertThat(entries()).isEmpty();
  }

  private ImageCache cache(long bytes) {
    return ImageCache.open(folder.resolve("cache"), bytes);
  }

  private List<Path> files(int count) throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      files.add(old(Pictures.png(folder.resolve(i + ".png"), 20, 30, i)));
    }
    return files;
  }

  /**
   * A file whose length does not depend on its content: what follows a PNG's end mark is ignored.
   */
  private Path padded(int seed) throws IOException {
    Path file = Pictures.png(folder.resolve(seed + ".png"), 20, 30, seed);
    return Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 4096));
  }

  private Path entry(Path file) {
    return folder.resolve("cache").resolve(CachedPixels.key(file, SIZE, PixelFormat.RGB) + ".rgb");
  }

  private List<Path> entries() throws IOException {
    try (var all = Files.list(folder.resolve("cache"))) {
      return all.filter(each -> each.toString().endsWith(".rgb")).sorted().toList();
    }
  }

  /** What an entry must hold that was written anew: its own header before the pixels. */
  private static byte[] whole(Path entry, byte[] pixels) throws IOException {
    byte[] written = Files.readAllBytes(entry);
    byte[] expected = java.util.Arrays.copyOf(written, CachedPixels.HEADER_BYTES + pixels.length);
    System.arraycopy(pixels, 0, expected, CachedPixels.HEADER_BYTES, pixels.length);
    return expected;
  }

  /** As if the file had lain there for long. */
  private static Path old(Path file) throws IOException {
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
  }

  private static byte[] pixels(ImageSource source, Path file, @Nullable ImageSize size) {
    return bytes(source.open(new PoolImage("a", file), size, PixelFormat.RGB));
  }

  private static byte[] bytes(ImagePixels pixels) {
    byte[] bytes = new byte[(int) (3 * pixels.size().pixels())];
    ByteBuffer target = ByteBuffer.allocateDirect(bytes.length + 5);
    pixels.writeInto(target, 5);
    target.get(5, bytes);
    return bytes;
  }
}
