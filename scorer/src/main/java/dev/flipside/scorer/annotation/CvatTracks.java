package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.annotation.model.Annotation;
import dev.flipside.scorer.annotation.model.AnnotationBuilder;
import dev.flipside.scorer.annotation.model.ImageReference;
import dev.flipside.scorer.annotation.model.LabelClasses;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tracks of CVAT's video format. Between two listed frames a shape is interpolated; after the last
 * one it stays, until it is outside of the picture or the video ends. Frame 12 is the image {@code
 * frame_000012}, as CVAT names the frames of a video.
 */
final class CvatTracks {
  private static final int MAX_FRAMES = 1_000_000;
  private static final long MAX_SHAPES = 20_000_000;

  /** Numbers of all shapes of the frames that are used, a few seconds. */
  private static final long MAX_NUMBERS = 1L << 28;

  /** Numbers of a box, or of a shape without area. */
  private static final int FEW_NUMBERS = 5;

  /** A shape in a frame, or why it cannot be used. */
  private record Key(boolean outside, int order, CvatGeometry geometry, @Nullable String fault) {
    CvatGeometry usable() {
      if (fault != null) {
        throw new FlipsideException(fault);
      }
      return geometry;
    }
  }

  /** An object in consecutive frames. */
  static final class Track {
    private final int number;
    private final String label;
    private final TreeMap<Integer, Key> keys = new TreeMap<>();

    Track(int number, String label) {
      this.number = number;
      this.label = label;
    }

    void add(int frame, boolean outside, int order, CvatGeometry geometry) {
      keys.put(frame, new Key(outside, order, geometry, null));
    }

    void addFault(int frame, String fault) {
      keys.put(frame, new Key(false, 0, new CvatGeometry("", new double[0]), fault));
    }

    private int first() {
      return keys.isEmpty() ? 0 : keys.firstKey();
    }

    /** Returns the last frame in which the object may be. */
    private int last(int end) {
      return keys.isEmpty()
          ? -1
          : keys.lastEntry().getValue().outside() ? keys.lastKey() : Math.max(end, keys.lastKey());
    }

    /** Returns the last listed shape up to a frame, or null if the object is not in the frame. */
    private Map.@Nullable Entry<Integer, Key> before(int frame) {
      Map.Entry<Integer, Key> before = keys.floorEntry(frame);
      return before == null || before.getValue().outside() ? null : before;
    }

    /** Returns the shape in a frame after a listed shape. */
    private Key at(int frame, Map.Entry<Integer, Key> before) {
      Map.Entry<Integer, Key> after = keys.higherEntry(frame);
      if (before.getKey() == frame || after == null || after.getValue().outside()) {
        return before.getValue();
      }
      double share = (double) (frame - before.getKey()) / (after.getKey() - before.getKey());
      return new Key(
          false,
          before.getValue().order(),
          before.getValue().usable().towards(after.getValue().usable(), share),
          null);
    }
  }

  private final List<Track> tracks = new ArrayList<>();
  private @Nullable ImageSize size;
  private int stop = -1;
  private int start;
  private int step = 1;
  private long numbers;

  void add(Track track) {
    tracks.add(track);
  }

  /** Sets the size of the video. */
  void size(ImageSize found) {
    size = found;
  }

  /** Reads a field of the metadata. */
  void meta(String name, String text) {
    try {
      switch (name) {
        case "start_frame" -> start = Math.max(0, Integer.parseInt(text.strip()));
        case "stop_frame" -> stop = Integer.parseInt(text.strip());
        case "frame_filter" -> {
          String filter = text.replace(" ", "");
          step =
              filter.startsWith("step=") ? Math.max(1, Integer.parseInt(filter.substring(5))) : 1;
        }
        default -> {
          // Not about frames.
        }
      }
    } catch (NumberFormatException e) {
      throw new FlipsideException(
          "<" + name + "> \"" + text.strip() + "\", expected a whole number", e);
    }
  }

  /** Streams the frames in which there is a shape. */
  void stream(LabelClasses labels, Annotation.Sink sink) throws IOException {
    List<Track> waiting = new ArrayList<>(tracks);
    waiting.removeIf(track -> track.keys.isEmpty());
    if (waiting.isEmpty()) {
      return;
    }
    waiting.sort(Comparator.comparingInt(Track::first));
    int end = waiting.stream().mapToInt(track -> track.last(stop)).max().orElse(-1);
    int frame = waiting.get(0).first();
    if ((long) end - frame >= MAX_FRAMES) {
      throw new FlipsideException(
          "a video of frames " + frame + " to " + end + ", expected at most " + MAX_FRAMES);
    }
    List<Track> active = new ArrayList<>();
    long shapes = 0;
    int next = 0;
    for (; frame <= end; frame++) {
      for (; next < waiting.size() && waiting.get(next).first() <= frame; next++) {
        active.add(waiting.get(next));
      }
      int now = frame;
      active.removeIf(track -> track.last(stop) < now);
      shapes += active.size();
      if (shapes > MAX_SHAPES) {
        throw new FlipsideException("more than " + MAX_SHAPES + " shapes in all frames; divide it");
      }
      emit(frame, active, labels, sink);
    }
  }

  private void emit(int frame, List<Track> active, LabelClasses labels, Annotation.Sink sink)
      throws IOException {
    String name = String.format(Locale.ROOT, "frame_%06d", frame);
    ImageReference reference = ImageReference.stem(name);
    boolean wanted = sink.wants(reference);
    AnnotationBuilder image = new AnnotationBuilder(name, reference);
    if (size != null) {
      image.size(size);
    }
    CvatLayers layers = new CvatLayers(image, labels);
    boolean any = false;
    // Tracks of equal order are painted in the order of the file.
    List<Track> ordered = new ArrayList<>(active);
    ordered.sort(Comparator.comparingInt(track -> track.number));
    for (Track track : ordered) {
      if ((frame - start) % step != 0 && !track.keys.containsKey(frame)) {
        continue;
      }
      Map.Entry<Integer, Key> before = track.before(frame);
      if (before == null) {
        continue;
      }
      any = true;
      int length = before.getValue().geometry().values().length;
      // Regions and what covers no area matter for every frame.
      if (!wanted && length > FEW_NUMBERS) {
        continue;
      }
      try {
        spend(length);
        Key key = track.at(frame, before);
        layers.add(track.label, key.order(), key.usable());
      } catch (FlipsideException e) {
        image.fault("track " + track.number + ", frame " + frame + ": " + e.getMessage());
      }
    }
    if (any) {
      layers.finish();
      sink.accept(image.build());
    }
  }

  private void spend(long count) {
    numbers += count;
    if (numbers > MAX_NUMBERS) {
      throw new FlipsideException(
          "more than "
              + MAX_NUMBERS
              + " coordinates and run lengths in all frames; import them in parts");
    }
  }
}
