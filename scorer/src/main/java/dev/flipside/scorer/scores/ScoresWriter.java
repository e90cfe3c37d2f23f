package dev.flipside.scorer.scores;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes a score file so that a run that is killed at any moment can be continued. Lines go to
 * {@code FILE.part}, each as soon as it is known; {@link #complete()} gives the whole file its
 * name. What the scores are scores of (model, acquisition, grid, …) is kept beside it in {@code
 * FILE.run.json}, so that no run continues another one.
 */
public final class ScoresWriter implements ScoreSink, Closeable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Path part;
  private final FileChannel out;

  /** Where the line of each image starts, kept only where the lines may be out of order. */
  private final Map<String, Long> lineStarts;

  private final List<String> order;
  private final int kept;

  private ScoresWriter(
      Path file, FileChannel out, Map<String, Long> lineStarts, List<String> order) {
    this.file = file;
    this.part = part(file);
    this.out = out;
    this.lineStarts = lineStarts;
    this.order = order;
    this.kept = lineStarts.size();
  }

  /**
   * Starts a new file. The caller closes what is returned.
   *
   * @param run what the scores are scores of: names and values that a later run must share to
   *     continue this one
   * @throws FlipsideException if the file cannot be written
   */
  public static ScoresWriter create(Path file, SortedMap<String, String> run) {
    return create(file, run, List.of());
  }

  /**
   * Starts a new file whose lines may come in any order: of each image the last one is kept. The
   * caller closes what is returned.
   *
   * @param run what the scores are scores of
   * @param order ids of the images in the order that the file is to have, or empty for the order in
   *     which they come
   * @throws FlipsideException if the file cannot be written
   */
  public static ScoresWriter create(Path file, SortedMap<String, String> run, List<String> order) {
    try {
      writeRun(file, run);
      FileChannel out =
          FileChannel.open(
              part(file),
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
      return new ScoresWriter(file, out, order.isEmpty() ? Map.of() : new HashMap<>(), order);
    } catch (IOException e) {
      throw AtomicFile.unwritable(file, e);
    }
  }

  /**
   * Continues the file of a run that did not end, or of one in which images failed; starts a new
   * one where there is none. A last line that was cut off is removed. The caller closes what is
   * returned.
   *
   * @param run what the scores are scores of
   * @param order ids of the pool's images in pool order
   * @throws FlipsideException if the file holds scores of another run, names an image that the pool
   *     does not have, or cannot be read or written
   */
  public static ScoresWriter resume(Path file, SortedMap<String, String> run, List<String> order) {
    Path part = part(file);
    try {
      if (!Files.exists(part)) {
        if (!Files.exists(file)) {
          return create(file, run, order);
        }
        requireSame(file, run);
        Files.copy(file, part, StandardCopyOption.REPLACE_EXISTING);
      } else {
        requireSame(file, run);
      }
      writeRun(file, run);
      Map<String, Long> lineStarts = new HashMap<>();
      long end = index(part, file, lineStarts);
      FileChannel out = FileChannel.open(part, StandardOpenOption.WRITE);
      out.truncate(end).position(end);
      requireKnown(lineStarts, order, file);
      return new ScoresWriter(file, out, lineStarts, order);
    } catch (IOException e) {
      throw AtomicFile.unwritable(file, e);
    }
  }

  /** Whether the scores of an image were kept from an earlier run. */
  public boolean has(String image) {
    return lineStarts.containsKey(image);
  }

  /** How many images were scored by an earlier run. */
  public int kept() {
    return kept;
  }

  @Override
  public void accept(ImageResult result) throws IOException {
    if (!order.isEmpty()) {
      lineStarts.put(result.image(), out.position());
    }
    ByteBuffer line =
        ByteBuffer.wrap((ScoreLine.format(result) + "\n").getBytes(StandardCharsets.UTF_8));
    while (line.hasRemaining()) {
      out.write(line);
    }
  }

  /**
   * Gives the file its name; call it once every image of the pool has its line. An earlier file of
   * that name is replaced.
   *
   * @throws FlipsideException if the disk is full or the file cannot be replaced
   */
  public void complete() {
    try {
      out.force(true);
      out.close();
      if (!order.isEmpty()) {
        sort();
      }
      AtomicFile.replace(part, file);
    } catch (IOException e) {
      throw AtomicFile.unwritable(file, e);
    }
  }

  /** Copies the newest line of each image, in pool order. */
  private void sort() throws IOException {
    Path sorted = file.resolveSibling(file.getFileName() + ".sorted");
    try (FileChannel from = FileChannel.open(part, StandardOpenOption.READ);
        FileChannel to =
            FileChannel.open(
                sorted,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      Map<Long, Long> lengths = lengths();
      for (String image : order) {
        Long start = lineStarts.get(image);
        if (start != null) {
          copy(from, start, lengths.getOrDefault(start, 0L), to);
        }
      }
      to.force(true);
    }
    AtomicFile.replace(sorted, part);
  }

  private Map<Long, Long> lengths() throws IOException {
    Map<Long, Long> lengths = new HashMap<>();
    try (ScoreLines lines = ScoreLines.open(part)) {
      while (lines.advance()) {
        lengths.put(lines.offset(), (long) lines.to() - lines.from() + 1);
      }
    }
    return lengths;
  }

  private static void copy(FileChannel from, long start, long length, FileChannel to)
      throws IOException {
    long done = 0;
    while (done < length) {
      long copied = from.transferTo(start + done, length - done, to);
      if (copied == 0) {
        throw new IOException("the score file became shorter while it was copied");
      }
      done += copied;
    }
  }

  /** Leaves {@code FILE.part} for a later run if the file was not completed. */
  @Override
  public void close() throws IOException {
    out.close();
  }

  /**
   * Finds the lines that hold scores; the newest of an image counts, and failures are not kept.
   *
   * @return where the last whole line ends
   */
  private static long index(Path part, Path file, Map<String, Long> lineStarts) throws IOException {
    long end = 0;
    try (ScoreLines lines = ScoreLines.open(part)) {
      while (lines.advance()) {
        if (!lines.isWhole()) {
          break;
        }
        ImageResult result;
        try {
          result = ScoreLine.parse(lines.bytes(), lines.from(), lines.to());
        } catch (IllegalArgumentException e) {
          throw new FlipsideException(
              file
                  + " line "
                  + lines.number()
                  + ": "
                  + e.getMessage()
                  + "; the file cannot be resumed, score again without --resume",
              e);
        }
        if (result instanceof RegionScores) {
          lineStarts.put(result.image(), lines.offset());
        }
        end = lines.offset() + lines.to() - lines.from() + 1;
      }
    }
    return end;
  }

  private static void requireKnown(Map<String, Long> lineStarts, List<String> order, Path file) {
    List<String> unknown = new ArrayList<>(lineStarts.keySet());
    unknown.removeAll(new java.util.HashSet<>(order));
    if (!unknown.isEmpty()) {
      throw new FlipsideException(
          file
              + ": holds scores of "
              + unknown.stream().sorted().findFirst().orElseThrow()
              + ", which is not in the pool; resume with the pool or list that it was started with");
    }
  }

  /**
   * What the scores of a file are scores of, as far as that was written beside it; empty where
   * nothing was.
   *
   * @throws FlipsideException if what lies beside the file cannot be read
   */
  public static SortedMap<String, String> settings(Path file) {
    try {
      return Files.exists(run(file))
          ? JSON.readValue(
              Files.readAllBytes(run(file)), new TypeReference<TreeMap<String, String>>() {})
          : new TreeMap<>();
    } catch (IOException e) {
      throw new FlipsideException(run(file) + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static void requireSame(Path file, SortedMap<String, String> run) {
    Map<String, String> earlier = settings(file);
    if (earlier.isEmpty()) {
      return;
    }
    for (Map.Entry<String, String> entry : run.entrySet()) {
      String before = earlier.getOrDefault(entry.getKey(), "none");
      if (!before.equals(entry.getValue())) {
        throw new FlipsideException(
            file
                + ": was scored with "
                + entry.getKey()
                + " "
                + before
                + ", now it is "
                + entry.getValue()
                + "; use the same, another --out, or score again without --resume");
      }
    }
  }

  private static void writeRun(Path file, SortedMap<String, String> run) throws IOException {
    AtomicFile.write(run(file), JSON.writeValueAsString(run) + "\n");
  }

  private static Path run(Path file) {
    return file.resolveSibling(file.getFileName() + ".run.json");
  }

  /** What a file is called until it is complete. */
  public static Path part(Path file) {
    return file.resolveSibling(file.getFileName() + ".part");
  }
}
