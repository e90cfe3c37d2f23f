package dev.flipside.tools.command.options;

import dev.flipside.models.domain.GridSpec;
import dev.flipside.tools.command.help.Section;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --grid RxC} or {@code --region HxW}, one of the two. */
@Section(Section.SELECTION)
public final class GridOptions {
  @Option(
      names = "--grid",
      paramLabel = "RxC",
      converter = CountsConverter.class,
      description = "Divide every image into R rows and C columns of regions, for example 5x5.")
  private GridSpec.@Nullable Counts counts;

  @Option(
      names = "--region",
      paramLabel = "HxW",
      converter = RegionSizeConverter.class,
      description =
          "Divide every image into regions of this height and width in px, for example"
              + " 128x128.")
  private GridSpec.@Nullable RegionSize regionSize;

  public GridSpec spec() {
    if (counts != null) {
      return counts;
    }
    if (regionSize != null) {
      return regionSize;
    }
    throw new IllegalStateException("neither --grid nor --region");
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
