package dev.flipside.benchmarks;

import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageCache;
import dev.flipside.scorer.image.ImageSource;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.pool.PoolImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One image of 720x960 px into a batch of 360x480: reading, checking, decoding, resizing. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecodeBenchmark {
  private static final ImageSize STORED = new ImageSize(720, 960);
  private static final ImageSize WANTED = new ImageSize(360, 480);

  private final ByteBuffer target = ByteBuffer.allocateDirect(Math.toIntExact(3 * WANTED.pixels()));
  private Path folder = Path.of("");
  private PoolImage image = new PoolImage("image.png", Path.of(""));
  private ImageSource cache = ImageSource.FILES;

  /** Draws an image with smooth and with rough parts, and keeps it once. */
  @Setup
  public void draw() throws IOException {
    folder = Files.createTempDirectory("flipside-benchmark");
    Path file = folder.resolve("image.png");
    image = new PoolImage("image.png", file);
    DecodedImage drawn = DecodedImage.black(STORED);
    for (int at = 0; at < drawn.rgb().limit(); at++) {
      int x = at / 3 % STORED.width();
      drawn.rgb().put(at, (byte) (x < 480 ? x / 4 : (at * 31) >>> 3));
    }
    ImageWriter.writeRgb(file, drawn);
    cache = ImageCache.open(folder.resolve("cache"), 1L << 30);
    cached();
  }

  /** Removes what was drawn. */
  @TearDown
  public void delete() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  /** From the PNG file. */
  @Benchmark
  public ByteBuffer decoded() {
    ImageSource.FILES.open(image, WANTED, PixelFormat.RGB).writeInto(target, 0);
    return target;
  }

  /** From the cache of resized images. */
  @Benchmark
  public ByteBuffer cached() {
    cache.open(image, WANTED, PixelFormat.RGB).writeInto(target, 0);
    return target;
  }
}
