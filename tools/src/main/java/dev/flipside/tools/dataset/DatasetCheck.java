package dev.flipside.tools.dataset;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.image.ImageException;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.image.LabelReader;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.pool.PoolLayout;
import dev.flipside.tools.dataset.SplitCheck.Fault;
import dev.flipside.tools.dataset.SplitCheck.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a labelled data set from its first file to its last and tells what is in it. */
public final class DatasetCheck {
  private static final int IDS = 256;
  private static final String TRAIN = "train";

  /** Faults behind which further classes may be. */
  private static final Set<Kind> HIDES_LABELS = Set.of(Kind.UNREADABLE, Kind.UNKNOWN_ID);

  private final Path root;
  private final PoolLayout layout;
  private final ClassMap classes;
  private final LabelEncoding anyId;
  private final boolean mapped;

  /**
   * @param root folder of the data set
   * @param encoding what the values in its labels mean
   */
  public DatasetCheck(Path root, PoolLayout layout, LabelEncoding encoding) {
    this.root = root;
    this.layout = layout;
    this.classes = encoding.classes();
    this.mapped = !encoding.values().isEmpty();
    this.anyId = encoding.withAnyId();
  }

  /**
   * Checks the splits of the data set.
   *
   * @return what each split holds, by name
   * @throws FlipsideException if there is no split, a folder is missing, or a split has no image
   */
  public List<SplitCheck> run(Progress progress) {
    Map<String, PoolLayout.Pairing> splits = new LinkedHashMap<>();
    for (String split : layout.splits(root)) {
      splits.put(split, layout.pair(root, split));
    }
    long total = splits.values().stream().mapToLong(each -> each.labelled().size()).sum();
    if (splits.isEmpty() || total == 0) {
      throw new FlipsideException(
          root + ": no labelled image in layout " + layout + "; say --layout if it is another");
    }
    Counter counter = new Counter(progress, total);
    return splits.entrySet().stream()
        .map(each -> check(each.getKey(), each.getValue(), counter))
        .toList();
  }

  /** Counts what several threads have done. */
  private static final class Counter {
    private final Progress progress;
    private final long total;
    private long done;

    Counter(Progress progress, long total) {
      this.progress = progress;
      this.total = total;
    }

    synchronized void count() {
      progress.advance(++done, total, "");
    }
  }

  /** Returns whether models are trained on a split: the one called train, or any if none is. */
  private boolean trained(String split) {
    return split.equals(TRAIN) || !layout.splits(root).contains(TRAIN);
  }

  private SplitCheck check(String name, PoolLayout.Pairing pairing, Counter counter) {
    List<Found> found =
        pairing.labelled().parallelStream()
            .map(
                each -> {
                  Found one = read(each);
                  counter.count();
                  return one;
                })
            .toList();
    TreeMap<String, Integer> sizes = new TreeMap<>();
    long[] pixels = new long[IDS];
    List<Fault> faults = new ArrayList<>();
    // A pool is labelled bit by bit.
    if (layout != PoolLayout.POOL) {
      pairing.withoutLabel().forEach(each -> faults.add(new Fault(Kind.NO_LABEL, each.id(), "")));
    }
    pairing.withoutImage().forEach(each -> faults.add(new Fault(Kind.NO_IMAGE, name(each), "")));
    for (Found each : found) {
      if (each.size() != null) {
        sizes.merge(each.size().toString(), 1, Integer::sum);
      }
      for (int id = 0; id < IDS; id++) {
        pixels[id] += each.pixels()[id];
      }
      faults.addAll(each.faults());
    }
    LabelSurvey survey = new LabelSurvey(classes, mapped);
    found.forEach(each -> survey.add(each.pixels()));
    if (faults.stream().noneMatch(each -> HIDES_LABELS.contains(each.kind()))) {
      survey
          .problem()
          .ifPresent(
              text -> {
                if (trained(name)) {
                  faults.add(new Fault(Kind.UNUSABLE, name, text));
                } else {
                  survey.note(text);
                }
              });
    }
    pairing.leftOut().notes().forEach(survey::note);
    pairing.labelsLeftOut().notes().forEach(text -> survey.note("labels: " + text));
    if (layout == PoolLayout.POOL && !pairing.withoutLabel().isEmpty()) {
      survey.note(
          pairing.withoutLabel().size()
              + " images have no label; they take part in training through self-consistency alone");
    }
    return new SplitCheck(
        name,
        pairing.labelled().size() + pairing.withoutLabel().size(),
        pairing.labelled().size() + pairing.withoutImage().size(),
        sizes,
        Arrays.stream(pixels, 0, classes.count()).boxed().toList(),
        pixels[classes.ignoreIndex()],
        faults,
        survey.notes());
  }

  /**
   * What one image and its label hold.
   *
   * @param size size of the image, or null if it cannot be read
   * @param pixels pixels of each id, 256 of them
   */
  @SuppressWarnings("ArrayRecordComponent") // added up and forgotten
  private record Found(@Nullable ImageSize size, long[] pixels, List<Fault> faults) {}

  private Found read(LabelledImage each) {
    List<Fault> faults = new ArrayList<>();
    long[] pixels = new long[IDS];
    ImageSize size = null;
    try {
      size = ImageReader.read(each.image().file(), null).size();
    } catch (ImageException e) {
      faults.add(new Fault(Kind.UNREADABLE, each.image().id(), reason(e, each.image().file())));
    }
    try {
      LabelMap labels = LabelReader.read(each.label(), anyId, null);
      for (byte id : labels.ids()) {
        pixels[id & 0xFF]++;
      }
      if (size != null && !size.equals(labels.size())) {
        faults.add(
            new Fault(
                Kind.OTHER_SIZE, name(each.label()), labels.size() + " px, its image has " + size));
      }
      String unknown = unknown(pixels);
      if (!unknown.isEmpty()) {
        faults.add(new Fault(Kind.UNKNOWN_ID, name(each.label()), unknown));
      }
    } catch (ImageException e) {
      faults.add(new Fault(Kind.UNREADABLE, name(each.label()), reason(e, each.label())));
    }
    return new Found(size, pixels, faults);
  }

  /** Ids that the class map does not know, with their pixels. */
  private String unknown(long[] pixels) {
    Stream<String> ids =
        IntStream.range(classes.count(), IDS)
            .filter(id -> id != classes.ignoreIndex() && pixels[id] > 0)
            .mapToObj(id -> "id " + id + " in " + pixels[id] + " px");
    return ids.collect(Collectors.joining(", "));
  }

  private String name(Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  /** The reader's message without the path, which stands before it already. */
  private static String reason(ImageException failure, Path file) {
    String message = String.valueOf(failure.getMessage());
    String path = file + ": ";
    return message.startsWith(path) ? message.substring(path.length()) : message;
  }
}
