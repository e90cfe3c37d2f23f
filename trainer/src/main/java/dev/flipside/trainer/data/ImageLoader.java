package dev.flipside.trainer.data;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.pool.PoolImage;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Decodes one image and its labels, augmented, into a batch. Thread-safe. */
final class ImageLoader {
  /** Mean color of ImageNet, so that padding is 0 after normalization. */
  private static final byte[] PADDING = {(byte) 124, 116, 104};

  private final ClassMap classes;
  private final ImageSize size;
  private final Augmentation augmentation;
  private final Queue<ByteBuffer> scratch = new ConcurrentLinkedQueue<>();

  ImageLoader(ClassMap classes, ImageSize size, Augmentation augmentation) {
    this.classes = classes;
    this.size = size;
    this.augmentation = augmentation;
  }

  /**
   * Writes an image and its labels.
   *
   * @param rgb direct buffer that receives {@code [H,W,3]} at pixel {@code offset}
   * @param labels direct buffer that receives {@code [H,W]} at pixel {@code offset}
   * @param seed seed of the augmentation
   * @throws FlipsideException if the image or its labels cannot be read
   */
  void load(
      PartiallyLabelledImage image, ByteBuffer rgb, ByteBuffer labels, int offset, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    LabelMap known = image.labels().get();
    requireKnownIds(known, image.image());
    if (augmentation.keepsScale()) {
      ImageReader.readInto(image.image().file(), size, rgb, 3 * offset);
      labels.put(offset, resized(known, image, size).ids());
    } else {
      loadCrop(image, known, rgb, labels, offset, random);
    }
    if (augmentation.jitter() > 0) {
      int pixels = Math.toIntExact(size.pixels());
      ColorJitter.draw(augmentation.jitter(), random).apply(rgb, 3 * offset, pixels);
    }
  }

  private void loadCrop(
      PartiallyLabelledImage image,
      LabelMap known,
      ByteBuffer rgb,
      ByteBuffer labels,
      int offset,
      SplittableRandom random) {
    double range = augmentation.maxScale() - augmentation.minScale();
    double scale = augmentation.minScale() + range * random.nextDouble();
    ImageSize scaled = scaled(scale);
    RandomCrop crop = RandomCrop.draw(scaled, size, random);
    ByteBuffer whole = scratch.poll();
    if (whole == null) {
      long pixels = scaled(augmentation.maxScale()).pixels();
      whole = ByteBuffer.allocateDirect(Math.toIntExact(3 * pixels));
    }
    whole.clear();
    ImageReader.readInto(image.image().file(), scaled, whole, 0);
    crop.copy(whole, rgb, 3 * offset, PADDING);
    scratch.add(whole);
    byte[] ids = resized(known, image, scaled).ids();
    labels.put(offset, crop.of(ids, (byte) classes.ignoreIndex()));
  }

  private ImageSize scaled(double scale) {
    return new ImageSize(
        Math.max(1, (int) Math.round(scale * size.height())),
        Math.max(1, (int) Math.round(scale * size.width())));
  }

  /** Returns labels, which are of the size of the image or of training, at another size. */
  private LabelMap resized(LabelMap labels, PartiallyLabelledImage each, ImageSize target) {
    if (labels.size().equals(target)) {
      return labels;
    }
    ImageSize own = ImageReader.probe(each.image().file());
    if (!labels.size().equals(own) && !labels.size().equals(size)) {
      throw new FlipsideException(
          each.image().file()
              + ": image of "
              + own
              + ", its labels are of "
              + labels.size()
              + "; expected the same size");
    }
    return nearest(labels, target);
  }

  private void requireKnownIds(LabelMap labels, PoolImage image) {
    for (byte each : labels.ids()) {
      int id = each & 0xFF;
      if (id >= classes.count() && id != classes.ignoreIndex()) {
        throw new FlipsideException(
            "labels of "
                + image.id()
                + ": class id "
                + id
                + ", expected 0 to "
                + (classes.count() - 1)
                + ", or "
                + classes.ignoreIndex()
                + " where nothing is labelled; check the class map");
      }
    }
  }

  /** Resizes a label map by nearest neighbor. */
  static LabelMap nearest(LabelMap labels, ImageSize size) {
    byte[] ids = new byte[Math.toIntExact(size.pixels())];
    int height = labels.size().height();
    int width = labels.size().width();
    for (int y = 0; y < size.height(); y++) {
      int fromY = (2 * y + 1) * height / (2 * size.height());
      for (int x = 0; x < size.width(); x++) {
        int fromX = (2 * x + 1) * width / (2 * size.width());
        ids[y * size.width() + x] = labels.ids()[fromY * width + fromX];
      }
    }
    return new LabelMap(size, ids);
  }
}
