package dev.flipside.tools.dataset;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.scorer.pool.PoolLayout;
import dev.flipside.tools.dataset.SplitCheck.Fault;
import dev.flipside.tools.dataset.SplitCheck.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The outcome of a check, for people and for programs. */
public final class DatasetText {
  private static final int MOST_FAULTS = 10;

  private DatasetText() {}

  /** Counts, sizes, the classes' shares of the labelled pixels, and the first faults of a kind. */
  public static String lines(PoolLayout layout, ClassMap classes, List<SplitCheck> splits) {
    StringBuilder out = new StringBuilder("layout ").append(layout).append('\n');
    for (SplitCheck split : splits) {
      out.append(
          text(
              "%-10s %d images, %d labels, %s%n",
              split.name(),
              split.images(),
              split.labels(),
              split.sizes().entrySet().stream()
                  .map(size -> size.getValue() + " of " + size.getKey() + " px")
                  .collect(Collectors.joining(", "))));
    }
    histogram(out, classes, splits);
    for (SplitCheck split : splits) {
      for (Kind kind : Kind.values()) {
        faults(out, split, kind);
      }
      for (String note : split.notes()) {
        out.append(text("%n%s: note: %s%n", split.name(), note));
      }
    }
    return out.toString();
  }

  private static void histogram(StringBuilder out, ClassMap classes, List<SplitCheck> splits) {
    int width = 12;
    for (int id = 0; id < classes.count(); id++) {
      if (occurs(splits, id)) {
        width = Math.max(width, classes.classes().get(id).name().length());
      }
    }
    String name = "%n%-" + (width + 5) + "s";
    out.append(text(name, "share of px"));
    splits.forEach(split -> out.append(text(" %12s", split.name())));
    for (int id = 0; id < classes.count(); id++) {
      // A map of 255 classes without names stands for not knowing them.
      if (classes.count() < 255 || occurs(splits, id)) {
        out.append(text(name, text("%3d  %s", id, classes.classes().get(id).name())));
        for (SplitCheck split : splits) {
          share(out, split.pixels().get(id), split.labelledPixels());
        }
      }
    }
    out.append(text(name, text("%3d  %s", classes.ignoreIndex(), "ignored")));
    for (SplitCheck split : splits) {
      share(out, split.ignored(), split.ignored() + split.labelledPixels());
    }
    out.append(text("%n"));
  }

  private static boolean occurs(List<SplitCheck> splits, int id) {
    return splits.stream().anyMatch(split -> split.pixels().get(id) > 0);
  }

  private static void share(StringBuilder out, long part, long whole) {
    out.append(text(" %10.3f %%", whole == 0 ? 0.0 : 100.0 * part / whole));
  }

  private static void faults(StringBuilder out, SplitCheck split, Kind kind) {
    List<Fault> faults = split.faults().stream().filter(each -> each.kind() == kind).toList();
    if (faults.isEmpty()) {
      return;
    }
    out.append(text("%n%s: %d × %s%n", split.name(), faults.size(), kind));
    for (Fault fault : faults.subList(0, Math.min(MOST_FAULTS, faults.size()))) {
      out.append(
          text("  %s%s%n", fault.file(), fault.detail().isEmpty() ? "" : ": " + fault.detail()));
    }
    if (faults.size() > MOST_FAULTS) {
      out.append(text("  and %d more; --json has all%n", faults.size() - MOST_FAULTS));
    }
    if (!kind.remedy().isEmpty()) {
      out.append(text("  %s%n", kind.remedy()));
    }
  }

  /** All of it as one JSON object. */
  public static String json(PoolLayout layout, ClassMap classes, List<SplitCheck> splits) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("layout", layout.toString());
    json.put("ignoreIndex", classes.ignoreIndex());
    ArrayNode names = json.putArray("classes");
    classes.classes().forEach(each -> names.add(each.name()));
    ObjectNode all = json.putObject("splits");
    for (SplitCheck split : splits) {
      ObjectNode one = all.putObject(split.name());
      one.put("images", split.images());
      one.put("labels", split.labels());
      ObjectNode sizes = one.putObject("sizes");
      for (Map.Entry<String, Integer> size : split.sizes().entrySet()) {
        sizes.put(size.getKey(), size.getValue());
      }
      ArrayNode pixels = one.putArray("pixels");
      split.pixels().forEach(pixels::add);
      one.put("ignoredPixels", split.ignored());
      ArrayNode faults = one.putArray("faults");
      for (Fault fault : split.faults()) {
        faults
            .addObject()
            .put("kind", fault.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .put("file", fault.file())
            .put("detail", fault.detail());
      }
      ArrayNode notes = one.putArray("notes");
      split.notes().forEach(notes::add);
    }
    return json.toPrettyString();
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
