package dev.flipside.tools.command.options;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.tools.command.help.Section;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say what the values in label files mean. */
@Section(Section.INPUT)
public final class LabelOptions {
  @Option(
      names = "--ignore",
      paramLabel = "N",
      description =
          "Value of unlabelled pixels in the labels; not a class ID, at most 255 (default: that of"
              + " the class map; 255 if --classes is a number).")
  private @Nullable Integer ignore;

  @Option(
      names = "--label-values",
      paramLabel = "V:C,...",
      description = {
        "Class of each value in the labels: VALUE:CLASS, where VALUE is a number or a color"
            + " (#rrggbb) and CLASS a name or ID of the class map or 'ignore', for example"
            + " 0:background,255:foreground for masks of 0 and 255. Numbers that are not listed"
            + " are refused (default: values are class IDs, colors those of the class map)."
      })
  private @Nullable String values;

  /**
   * Returns what the values in label files mean.
   *
   * @param classes class map whose ignore index {@code --ignore} replaces
   */
  public LabelEncoding encoding(ClassMap classes, CommonOptions common) {
    ClassMap map = classes;
    Integer index = ignore;
    if (index != null) {
      common.require(
          index >= classes.count() && index <= 255,
          "--ignore",
          index,
          classes.count()
              + " to 255, outside of the class IDs 0 to "
              + (classes.count() - 1)
              + "; to ignore a value that is a class ID, map all values:"
              + " --label-values 0:ignore,1:0,...");
      map = classes.withIgnoreIndex(index);
    }
    return values == null ? LabelEncoding.of(map) : LabelEncoding.parse(map, values);
  }

  /** Returns whether {@code --label-values} is given. */
  public boolean areMapped() {
    return values != null;
  }
}
