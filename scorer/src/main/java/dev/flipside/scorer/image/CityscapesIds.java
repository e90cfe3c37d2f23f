package dev.flipside.scorer.image;

import dev.flipside.models.domain.LabelMap;
import java.nio.file.Path;

/** Maps the 34 ids of Cityscapes' {@code labelIds} files to the 19 train ids. */
final class CityscapesIds {
  private static final String SUFFIX = "_labelIds.png";

  /** The id of each train id, in their order. */
  private static final int[] ID_OF_TRAIN_ID = {
    7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33
  };

  private CityscapesIds() {}

  static boolean isUsedBy(Path file) {
    return file.toString().endsWith(SUFFIX);
  }

  /** Rewrites the map in place; ids that are not trained on become the ignore index. */
  static void toTrainIds(LabelMap map, int ignoreIndex) {
    byte[] trainIds = new byte[256];
    java.util.Arrays.fill(trainIds, (byte) ignoreIndex);
    for (int trainId = 0; trainId < ID_OF_TRAIN_ID.length; trainId++) {
      trainIds[ID_OF_TRAIN_ID[trainId]] = (byte) trainId;
    }
    byte[] ids = map.ids();
    for (int at = 0; at < ids.length; at++) {
      ids[at] = trainIds[ids[at] & 0xFF];
    }
  }
}
