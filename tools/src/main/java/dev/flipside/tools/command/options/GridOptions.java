package dev.flipside.tools.command.options;

import dev.flipside.models.domain.GridSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --grid RxC} or {@code --region HxW}, one of the two. */
public final class GridOptions {
  @Option(
      names = "--grid",
      paramLabel = "RxC",
      converter = CountsConverter.class,
      description = "Rows and columns of regions an image is divided into, for example 5x5.")
  private GridSpec.@Nullable Counts counts;

  @Option(
      names = "--region",
      paramLabel = "HxW",
      converter = RegionSizeConverter.class,
      description = "Height and width of a region in px, for example 128x128.")
  private GridSpec.@Nullable RegionSize regionSize;

  public GridSpec spec() {
    if (counts != null) {
      return counts;
    }
    if (regionSize != null) {
      return regionSize;
    }
    throw new IllegalStateException("picocli lets none of the two through");
  }

  public static final class CountsConverter implements ITypeConverter<GridSpec.Counts> {
    @Override
    public GridSpec.Counts convert(String text) {
      try {
        return GridSpec.parseCounts(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  public static final class RegionSizeConverter implements ITypeConverter<GridSpec.RegionSize> {
    @Override
    public GridSpec.RegionSize convert(String text) {
      try {
        return GridSpec.parseRegionSize(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
