package dev.flipside.tools.command.options;

import dev.flipside.models.card.ClassMaps;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.pool.LeftOut;
import dev.flipside.scorer.pool.PoolLayout;
import dev.flipside.tools.command.help.Section;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of a labelled data set: folder, layout and classes. */
@Section(Section.INPUT)
public final class DatasetOptions {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the labelled data set.")
  @SuppressWarnings("NullAway.Init")
  private Path data;

  @Option(
      names = "--layout",
      paramLabel = "L",
      converter = LayoutConverter.class,
      description =
          "Layout of the folder: camvid, cityscapes, folder or pool (images/, and labels/ for some"
              + " of them; default: detected).")
  private @Nullable PoolLayout layout;

  @Option(
      names = "--classes",
      paramLabel = "N|NAME|FILE",
      description =
          "Classes of the labels: a number, camvid, cityscapes, or a JSON file"
              + " {\"classes\":[{\"name\":...,\"color\":\"#rrggbb\"},...],\"ignoreIndex\":255}"
              + " (default: classes.json in DIR for pool, else those of the layout).")
  private @Nullable String classes;

  @Mixin private LabelOptions labels = new LabelOptions();

  /** Returns the folder of the data set. */
  public Path root() {
    return data;
  }

  /** Returns the images of a split with their labels. */
  public List<LabelledImage> split(String name) {
    return layout().split(data, name);
  }

  /**
   * Returns the images of a split that are labelled and those that are not. Only the layout {@code
   * pool} may have images without label.
   *
   * @throws dev.flipside.models.domain.FlipsideException if a folder is missing, or another layout
   *     has an image without label
   */
  public PoolLayout.Pairing pair(String name) {
    if (layout() != PoolLayout.POOL) {
      return new PoolLayout.Pairing(
          split(name), List.of(), List.of(), LeftOut.NOTHING, LeftOut.NOTHING);
    }
    return layout().pair(data, name);
  }

  /** Returns the layout of the folder. */
  public PoolLayout layout() {
    return layout == null ? PoolLayout.of(data) : layout;
  }

  /** Returns what the values in the labels mean. */
  public LabelEncoding encoding(CommonOptions common) {
    return labels.encoding(classMap(common), common);
  }

  /** Returns the class map of the labels: {@code --classes}, else that of the layout. */
  private ClassMap classMap(CommonOptions common) {
    if (classes != null) {
      return ClassMaps.read(classes);
    }
    return switch (layout()) {
      case CAMVID -> ClassMap.CAMVID;
      case CITYSCAPES -> ClassMap.CITYSCAPES;
      case FOLDER -> throw common.badUse("--layout folder requires --classes N|NAME|FILE");
      case POOL -> {
        Path file = data.resolve("classes.json");
        if (!Files.exists(file)) {
          throw common.badUse(
              "--layout pool requires --classes N|NAME|FILE, or classes.json in the folder");
        }
        yield ClassMaps.read(file);
      }
    };
  }

  public static final class LayoutConverter implements ITypeConverter<PoolLayout> {
    @Override
    public PoolLayout convert(String text) {
      try {
        return PoolLayout.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
