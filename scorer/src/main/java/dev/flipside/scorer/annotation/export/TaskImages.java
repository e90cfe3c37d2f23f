package dev.flipside.scorer.annotation.export;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.selection.ImageIds;
import dev.flipside.scorer.selection.SelectedRegion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The images of a selection with the regions to label, the image with the best region first. */
public final class TaskImages implements AnnotatedImage.Source {
  private final Map<PoolImage, List<SelectedRegion>> images;
  private final ClassMap classes;
  private final @Nullable Predictions predictions;
  private final Progress progress;

  private TaskImages(
      Map<PoolImage, List<SelectedRegion>> images,
      ClassMap classes,
      @Nullable Predictions predictions,
      Progress progress) {
    this.images = images;
    this.classes = classes;
    this.predictions = predictions;
    this.progress = progress;
  }

  /** What a model sees in images. */
  @FunctionalInterface
  public interface Predictions {
    /** Returns the class of every pixel of an image file, at its size. */
    LabelMap of(Path file);
  }

  /**
   * Finds the images of a selection in a pool.
   *
   * @param predictions what annotators start from, or null to start from nothing
   * @throws FlipsideException if the selection is empty, or one of its images is not in the pool
   */
  public static TaskImages of(
      List<SelectedRegion> selection,
      Pool pool,
      ClassMap classes,
      @Nullable Predictions predictions,
      Progress progress) {
    Map<String, PoolImage> byId = new HashMap<>();
    pool.images().forEach(each -> byId.put(each.id(), each));
    Map<PoolImage, List<SelectedRegion>> images = new LinkedHashMap<>();
    for (SelectedRegion each : selection) {
      PoolImage image = byId.get(ImageIds.normal(each.id().image()));
      if (image == null) {
        throw new FlipsideException(
            "selected image "
                + each.id().image()
                + ": not in the pool "
                + pool.root()
                + "; give the folder that was scored");
      }
      images.computeIfAbsent(image, key -> new ArrayList<>()).add(each);
    }
    if (images.isEmpty()) {
      throw new FlipsideException("the selection has no region; select some first");
    }
    return new TaskImages(images, classes, predictions, progress);
  }

  /** Returns the images, the one with the best region first. */
  public List<PoolImage> images() {
    return List.copyOf(images.keySet());
  }

  /** Returns the number of regions. */
  public int regions() {
    return images.values().stream().mapToInt(List::size).sum();
  }

  /**
   * {@inheritDoc}
   *
   * @throws FlipsideException if an image cannot be read, or a region is not inside of it
   */
  @Override
  public void stream(AnnotatedImage.Sink sink) throws IOException {
    int done = 0;
    for (Map.Entry<PoolImage, List<SelectedRegion>> each : images.entrySet()) {
      PoolImage image = each.getKey();
      ImageSize size = ImageReader.probe(image.file());
      List<Region> regions = regions(each.getValue(), size);
      LabelMap labels =
          predictions == null
              ? LabelMap.unlabelled(size, classes)
              : AnnotatedImage.within(regions, predictions.of(image.file()), classes);
      sink.accept(new AnnotatedImage(image.id(), regions, labels));
      progress.advance(++done, images.size(), "");
    }
  }

  private static List<Region> regions(List<SelectedRegion> selected, ImageSize size) {
    try {
      return selected.stream().map(each -> each.on(size)).toList();
    } catch (IllegalArgumentException e) {
      throw new FlipsideException(e.getMessage() + "; give the images that were scored", e);
    }
  }
}
