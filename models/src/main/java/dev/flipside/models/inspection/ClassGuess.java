package dev.flipside.models.inspection;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.SegmentationClass;
import dev.flipside.models.evidence.FindingSource;
import dev.flipside.models.evidence.Findings;
import dev.flipside.models.metadata.MetadataHints;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Infers the classes of a model: told, named by a file beside the model, or counted. */
final class ClassGuess {
  private static final int MOST_CLASSES = 255;
  private static final int IGNORED = 255;

  private final String model;
  private final @Nullable ModelCard told;
  private final CardOverrides overrides;
  private final List<MetadataHints> hints;
  private final Findings findings;

  ClassGuess(
      String model,
      @Nullable ModelCard told,
      CardOverrides overrides,
      List<MetadataHints> hints,
      Findings findings) {
    this.model = model;
    this.told = told;
    this.overrides = overrides;
    this.hints = hints;
    this.findings = findings;
  }

  /**
   * Infers the classes.
   *
   * @throws FlipsideException if they are not known, or do not fit the output
   */
  ClassMap guess(OutputGuess.Scores scores, @Nullable Integer voidChannel) {
    ClassMap classes = overrides.classes();
    if (classes == null && told != null) {
      classes = told.classes();
    }
    int extra = voidChannel == null ? 0 : 1;
    String output = model + ": output \"" + scores.name() + "\"";
    if (scores.meaning().isForeground()) {
      return foreground(output, classes, scores.channels());
    }
    long channels = scores.channels();
    if (classes == null) {
      return unnamed(output, channels, extra);
    }
    if (channels > 0 && channels != classes.count() + extra) {
      throw new FlipsideException(
          output
              + " has "
              + channels
              + " channels, the class map names "
              + classes.count()
              + (extra == 1 ? " and there is a void channel" : "")
              + "; give --classes a map with "
              + (channels - extra)
              + " names"
              + (extra == 0 && channels == classes.count() + 1
                  ? ", or --void-channel I if channel I stands for void"
                  : ""));
    }
    return classes;
  }

  private ClassMap foreground(String output, @Nullable ClassMap classes, long channels) {
    if (channels > 1) {
      throw new FlipsideException(
          output
              + " has "
              + channels
              + " channels, the foreground alone has one; correct --output-meaning");
    }
    if (classes == null) {
      return ClassMap.of(
          IGNORED,
          new SegmentationClass("background", ClassMap.defaultColor(0)),
          new SegmentationClass("foreground", ClassMap.defaultColor(1)));
    }
    if (classes.count() != 2) {
      throw new FlipsideException(
          output
              + " has a single channel, the foreground of two classes; the class map names "
              + classes.count()
              + "; give --classes a map with 2 names, background and foreground");
    }
    return classes;
  }

  private ClassMap unnamed(String output, long channels, int extra) {
    if (channels < 0) {
      throw new FlipsideException(
          output
              + ": the number of classes cannot be worked out from the graph; give it with"
              + " --classes N or --classes FILE");
    }
    if (channels - extra < 2 || channels - extra > MOST_CLASSES) {
      throw new FlipsideException(
          output
              + " has "
              + channels
              + " channels, expected 2 to 255, one for every class; choose another output with"
              + " --output, or tell what it is with --classes");
    }
    int count = Math.toIntExact(channels - extra);
    for (MetadataHints each : hints) {
      List<String> names = each.classes();
      if (names != null && names.size() == count) {
        findings.add("classes", count + " names", FindingSource.METADATA, each.source());
        return named(names);
      }
      if (names != null && !names.isEmpty()) {
        findings.assume(
            "classes",
            Integer.toString(count),
            each.source()
                + " names "
                + names.size()
                + " classes, which are not used; give the names with --classes");
      }
    }
    return ClassMap.unnamed(count);
  }

  private static ClassMap named(List<String> names) {
    List<SegmentationClass> classes = new ArrayList<>();
    for (String name : names) {
      int id = classes.size();
      boolean known = classes.stream().anyMatch(each -> each.name().equals(name));
      classes.add(new SegmentationClass(known ? name + " " + id : name, ClassMap.defaultColor(id)));
    }
    return ClassMap.of(IGNORED, classes.toArray(SegmentationClass[]::new));
  }
}
