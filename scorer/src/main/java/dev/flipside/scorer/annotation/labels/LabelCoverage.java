package dev.flipside.scorer.annotation.labels;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.image.LabelReader;
import dev.flipside.scorer.pool.LabelFiles;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.SelectedRegion;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Finds the regions that a folder of label maps has labels for. */
public final class LabelCoverage {
  private final LabelFiles files;
  private final ClassMap classes;
  private final LabelEncoding encoding;
  private final Map<Integer, Integer> uniform = new TreeMap<>();
  private int maps;
  private int complete;

  /**
   * @param folder folder with a label map for each labelled image, named after it
   * @param classes class map whose ignore index unlabelled pixels have; other values may be any
   * @throws FlipsideException if the folder cannot be read
   */
  public LabelCoverage(Path folder, ClassMap classes) {
    files = LabelFiles.of(folder);
    this.classes = classes;
    encoding = LabelEncoding.of(classes).withAnyId();
  }

  /**
   * Returns the regions of an image in which some pixel is labelled.
   *
   * @return positions in the grid of the scores, row-major
   * @throws FlipsideException if the label map cannot be read, or is smaller than the grid
   */
  public BitSet of(RegionScores scores) {
    BitSet labelled = new BitSet();
    Path file = files.find(scores.image());
    if (file == null) {
      return labelled;
    }
    LabelMap map = LabelReader.read(file, encoding, null);
    count(map);
    RegionGrid grid = scores.grid();
    for (int index = 0; index < grid.count(); index++) {
      RegionId id = new RegionId(scores.image(), index / grid.cols(), index % grid.cols());
      SelectedRegion region =
          new SelectedRegion(1, id, grid.region(id.row(), id.col()), 0f, grid.image());
      try {
        labelled.set(index, !map.crop(region.on(map.size())).isUnlabelled(classes));
      } catch (IllegalArgumentException e) {
        throw new FlipsideException(file + ": " + e.getMessage(), e);
      }
    }
    return labelled;
  }

  private void count(LabelMap map) {
    maps++;
    complete += hasUnlabelled(map) ? 0 : 1;
    byte first = map.ids()[0];
    for (byte id : map.ids()) {
      if (id != first) {
        return;
      }
    }
    if ((first & 0xFF) != classes.ignoreIndex()) {
      uniform.merge(first & 0xFF, 1, Integer::sum);
    }
  }

  private boolean hasUnlabelled(LabelMap map) {
    for (byte id : map.ids()) {
      if ((id & 0xFF) == classes.ignoreIndex()) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether no label map has an unlabelled pixel: the ignore index may be another. */
  public boolean neverUnlabelled() {
    return maps > 0 && complete == maps;
  }

  /** Returns why labels may have been taken for something else, with the remedy. */
  public Optional<String> warning() {
    return uniform.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(
            most ->
                most.getValue()
                    + " of "
                    + maps
                    + " label maps hold "
                    + most.getKey()
                    + " in every pixel and count as labelled completely; if "
                    + most.getKey()
                    + " means unlabelled, it is the ignore index (here "
                    + classes.ignoreIndex()
                    + ")");
  }
}
