package dev.flipside.trainer;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.trainer.data.PartiallyLabelledImage;
import dev.flipside.trainer.data.TrainingData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small images of a sky, a ground and a box, with their labels. */
public final class SyntheticScenes {
  public static final ClassMap CLASSES = ClassMap.unnamed(3);
  private static final int[] COLORS = {0x60A0F0, 0x706050, 0xD03020};

  private SyntheticScenes() {}

  public static LabelMap labels(ImageSize size, int seed) {
    Random random = new Random(seed);
    int horizon = size.height() / 3 + random.nextInt(size.height() / 3);
    int top = random.nextInt(size.height() / 2);
    int left = random.nextInt(size.width() / 2);
    byte[] ids = new byte[(int) size.pixels()];
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        boolean box =
            y >= top && y < top + size.height() / 2 && x >= left && x < left + size.width() / 3;
        ids[y * size.width() + x] = (byte) (box ? 2 : y < horizon ? 0 : 1);
      }
    }
    return new LabelMap(size, ids);
  }

  public static DecodedImage image(LabelMap labels, int seed) {
    Random random = new Random(seed);
    DecodedImage image = DecodedImage.black(labels.size());
    for (int i = 0; i < labels.ids().length; i++) {
      int color = COLORS[labels.ids()[i]];
      for (int channel = 0; channel < 3; channel++) {
        int value = (color >> (16 - 8 * channel) & 0xFF) + random.nextInt(31) - 15;
        image.rgb().put(3 * i + channel, (byte) Math.max(0, Math.min(255, value)));
      }
    }
    return image;
  }

  /** Writes images into a folder; their labels stay in memory. */
  public static TrainingData write(Path folder, ImageSize size, int count) {
    List<PartiallyLabelledImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      LabelMap labels = labels(size, i);
      Path file = folder.resolve("scene" + i + ".png");
      ImageWriter.writeRgb(file, image(labels, i));
      images.add(
          new PartiallyLabelledImage(
              new PoolImage(file.getFileName().toString(), file), () -> labels));
    }
    return new TrainingData(images, CLASSES);
  }
}
