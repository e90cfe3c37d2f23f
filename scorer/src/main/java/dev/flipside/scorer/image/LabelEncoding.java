package dev.flipside.scorer.image;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.SegmentationClass;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How label files encode classes. Without values, a sample is the class ID itself. Colored labels
 * are decoded by the colors of the class map and the additional ones.
 *
 * @param classes class map with the allowed IDs: classes and ignore index
 * @param values class ID or ignore index of each stored sample, 0 to 65535; empty if samples are
 *     IDs. If it is not empty, other samples are refused.
 * @param colors class ID or ignore index of further colors, {@code 0xRRGGBB}
 */
public record LabelEncoding(
    ClassMap classes, Map<Integer, Integer> values, Map<Integer, Integer> colors) {
  /** The word for the ignore index. */
  public static final String IGNORE = "ignore";

  private static final int LARGEST_SAMPLE = 65535;

  /** Copies the maps. */
  public LabelEncoding {
    values = Map.copyOf(values);
    colors = Map.copyOf(colors);
  }

  /** Creates the encoding in which every sample is a class ID of the map, or its ignore index. */
  public static LabelEncoding of(ClassMap classes) {
    return new LabelEncoding(classes, Map.of(), Map.of());
  }

  /**
   * Parses {@code VALUE:CLASS,…}: a sample ({@code 255}) or a color ({@code #00ff00}), and the name
   * or ID of its class or {@code ignore}. For example {@code 0:background,255:foreground}.
   *
   * @throws FlipsideException if a value repeats or is none, or a class is unknown; says which
   */
  public static LabelEncoding parse(ClassMap classes, String text) {
    Map<Integer, Integer> values = new HashMap<>();
    Map<Integer, Integer> colors = new HashMap<>();
    for (String entry : text.split(",", -1)) {
      int colon = entry.indexOf(':');
      if (colon < 0) {
        throw failure(entry, "expected VALUE:CLASS, for example 255:foreground or 255:ignore");
      }
      String value = entry.substring(0, colon).strip();
      int id = id(classes, entry, entry.substring(colon + 1).strip());
      boolean first;
      if (value.matches("#[0-9a-fA-F]{6}")) {
        first = colors.putIfAbsent(Integer.parseInt(value.substring(1), 16), id) == null;
      } else if (value.matches("[0-9]{1,5}") && Integer.parseInt(value) <= LARGEST_SAMPLE) {
        first = values.putIfAbsent(Integer.parseInt(value), id) == null;
      } else {
        throw failure(entry, "expected a value of 0 to 65535, or a color such as #ff0000");
      }
      if (!first) {
        throw failure(entry, "the value " + value + " is mapped already");
      }
    }
    return new LabelEncoding(classes, values, colors);
  }

  private static int id(ClassMap classes, String entry, String name) {
    List<SegmentationClass> all = classes.classes();
    int[] named =
        IntStream.range(0, all.size())
            .filter(id -> all.get(id).name().equalsIgnoreCase(name))
            .toArray();
    boolean ignore = name.toLowerCase(Locale.ROOT).equals(IGNORE);
    if (named.length + (ignore ? 1 : 0) > 1) {
      throw failure(entry, "\"" + name + "\" may mean several classes; give the id of the class");
    }
    if (named.length == 1) {
      return named[0];
    }
    if (ignore) {
      return classes.ignoreIndex();
    }
    if (name.matches("[0-9]{1,3}")) {
      int id = Integer.parseInt(name);
      if (id < classes.count() || id == classes.ignoreIndex()) {
        return id;
      }
    }
    throw failure(
        entry,
        "no class \""
            + name
            + "\", expected a name of the class map, an id of 0 to "
            + (classes.count() - 1)
            + ", or "
            + IGNORE);
  }

  private static FlipsideException failure(String entry, String why) {
    return new FlipsideException("label value \"" + entry.strip() + "\": " + why);
  }

  /**
   * Returns an encoding that accepts every ID, so that unknown ones can be counted. Colors and
   * mapped values have the same IDs as here.
   *
   * @throws FlipsideException if two classes have the same color
   */
  public LabelEncoding withAnyId() {
    return new LabelEncoding(ClassMap.unnamed(255), values, idOfColor());
  }

  /** Returns whether samples are class IDs and no color is added to those of the class map. */
  public boolean isPlain() {
    return values.isEmpty() && colors.isEmpty();
  }

  /**
   * Returns whether the class map has colors of its own, not those of {@link
   * ClassMap#defaultColor}.
   */
  boolean hasColors() {
    return IntStream.range(0, classes.count())
        .anyMatch(id -> classes.classes().get(id).color() != ClassMap.defaultColor(id));
  }

  /**
   * Returns the class ID or ignore index of each color, {@code 0xRRGGBB}.
   *
   * @throws FlipsideException if two classes have the same color
   */
  Map<Integer, Integer> idOfColor() {
    Map<Integer, Integer> ids = new HashMap<>();
    for (int id = 0; hasColors() && id < classes.count(); id++) {
      SegmentationClass each = classes.classes().get(id);
      Integer other = ids.putIfAbsent(each.color(), id);
      if (other != null && !colors.containsKey(each.color())) {
        throw new FlipsideException(
            "the classes \""
                + classes.classes().get(other).name()
                + "\" and \""
                + each.name()
                + "\" have the same color "
                + each.hexColor()
                + "; give them different ones");
      }
    }
    ids.putAll(colors);
    return ids;
  }
}
