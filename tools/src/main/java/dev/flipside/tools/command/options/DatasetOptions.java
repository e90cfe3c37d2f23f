package dev.flipside.tools.command.options;

import dev.flipside.models.card.ClassMaps;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.pool.PoolLayout;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** A labelled data set: where it is, how it lies there, what its ids mean. */
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
      defaultValue = "camvid",
      description = "camvid, cityscapes or folder (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private PoolLayout layout;

  @Option(
      names = "--classes",
      paramLabel = "N|NAME|FILE",
      description =
          "Classes of the labels: their number, camvid, cityscapes, or a JSON file (default: those"
              + " of the layout).")
  private @Nullable String classes;

  /** Folder of the data set. */
  public Path root() {
    return data;
  }

  /** The images of a split with their labels. */
  public List<LabelledImage> split(String name) {
    return layout.split(data, name);
  }

  /** The layout that was named. */
  public PoolLayout layout() {
    return layout;
  }

  /** What the label ids mean. */
  public ClassMap classMap(CommonOptions common) {
    if (classes != null) {
      return ClassMaps.read(classes);
    }
    return switch (layout) {
      case CAMVID -> ClassMap.CAMVID;
      case CITYSCAPES -> ClassMap.CITYSCAPES;
      case FOLDER -> throw common.badUse("--layout folder needs --classes N|NAME|FILE");
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
