package dev.flipside.tools.command.options;

import dev.flipside.models.card.ModelCard;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.tools.command.help.Section;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --size} of commands that run a model: that of its card, unless told otherwise. */
@Section(Section.MODEL)
public final class SizeOptions {
  private static final String ORIGINAL = "original";

  @Option(
      names = "--size",
      paramLabel = "HxW|original",
      converter = Converter.class,
      description =
          "Resize images (and labels) to this height and width; original: do not resize (default:"
              + " the training size of the model, if its card contains it, otherwise original).")
  private @Nullable Told told;

  /** Returns whether {@code --size} was told. */
  public boolean told() {
    return told != null;
  }

  /** What was told; no size means the original one. */
  record Told(@Nullable ImageSize size) {}

  /**
   * Returns the size to which images are resized, or null for none. A note tells if it is that of
   * the card.
   */
  public @Nullable ImageSize size(ModelCard card, CommonOptions common) {
    if (told != null) {
      return told.size();
    }
    ImageSize trained = card.trainedSize().orElse(null);
    if (trained != null) {
      common.notes(
          List.of(
              "images are resized to "
                  + trained
                  + ", at which the model was trained (--size original does not resize)"));
    }
    return trained;
  }

  static final class Converter implements ITypeConverter<Told> {
    @Override
    public Told convert(String text) {
      if (text.equalsIgnoreCase(ORIGINAL)) {
        return new Told(null);
      }
      try {
        return new Told(ImageSize.parse(text));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage() + ", or " + ORIGINAL);
      }
    }
  }
}
