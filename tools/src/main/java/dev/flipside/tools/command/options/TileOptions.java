package dev.flipside.tools.command.options;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.pipeline.Tiling;
import dev.flipside.tools.command.help.Section;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --tile} and {@code --overlap}: images are scored in tiles. */
@Section(Section.INPUT)
public final class TileOptions {
  @Option(
      names = "--tile",
      paramLabel = "HxW",
      converter = CommonOptions.SizeConverter.class,
      description =
          "Score images in tiles of this height and width, for images larger than the model accepts"
              + " or than memory allows. Images are resized only if --size is given (default: no"
              + " tiles).")
  private @Nullable ImageSize tile;

  @Option(
      names = "--overlap",
      paramLabel = "PX",
      description =
          "Overlap of neighboring tiles in px; each tile keeps the half nearer to its center"
              + " (default: an eighth of the shorter side).")
  private @Nullable Integer overlap;

  /** Returns whether images are scored in tiles. */
  public boolean given() {
    return tile != null;
  }

  /** Returns the tiles, or null if images are scored as a whole. */
  public @Nullable Tiling tiling(CommonOptions common) {
    ImageSize size = tile;
    Integer told = overlap;
    if (size == null) {
      if (told != null) {
        throw common.badUse("--overlap needs --tile");
      }
      return null;
    }
    int shared = told == null ? Math.min(size.height(), size.width()) / 8 : told;
    return common.usage(() -> new Tiling(size, shared));
  }
}
