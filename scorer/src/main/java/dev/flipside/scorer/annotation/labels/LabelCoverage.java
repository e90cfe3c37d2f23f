package dev.flipside.scorer.annotation.labels;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.annotation.export.MaskNames;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.image.LabelReader;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.SelectedRegion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * Finds the regions that a folder of label maps has labels for.
 *
 * @param folder folder with a PNG for each labelled image, named after it
 * @param ignoreIndex value of unlabelled pixels, 0 to 255
 */
public record LabelCoverage(Path folder, int ignoreIndex) {
  /**
   * Returns the regions of an image in which some pixel is labelled.
   *
   * @return positions in the grid of the scores, row-major
   * @throws FlipsideException if the label map cannot be read, or is smaller than the grid
   */
  public BitSet of(RegionScores scores) {
    BitSet labelled = new BitSet();
    Path file = file(scores.image());
    if (!Files.exists(file)) {
      return labelled;
    }
    // Any value is read; only the ignore index matters.
    ClassMap any = ClassMap.unnamed(1).withIgnoreIndex(ignoreIndex);
    LabelMap map = LabelReader.read(file, LabelEncoding.of(any).withAnyId(), null);
    RegionGrid grid = scores.grid();
    for (int index = 0; index < grid.count(); index++) {
      RegionId id = new RegionId(scores.image(), index / grid.cols(), index % grid.cols());
      SelectedRegion region =
          new SelectedRegion(1, id, grid.region(id.row(), id.col()), 0f, grid.image());
      try {
        labelled.set(index, !map.crop(region.on(map.size())).isUnlabelled(any));
      } catch (IllegalArgumentException e) {
        throw new FlipsideException(file + ": " + e.getMessage(), e);
      }
    }
    return labelled;
  }

  private Path file(String image) {
    Path full = folder.resolve(image + MaskNames.EXTENSION);
    return Files.exists(full) ? full : folder.resolve(MaskNames.stem(image) + MaskNames.EXTENSION);
  }
}
