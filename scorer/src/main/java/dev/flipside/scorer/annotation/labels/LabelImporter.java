package dev.flipside.scorer.annotation.labels;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.annotation.AnnotationFormat;
import dev.flipside.scorer.annotation.AnnotationImport;
import dev.flipside.scorer.annotation.archive.AnnotationFile;
import dev.flipside.scorer.annotation.model.Annotation;
import dev.flipside.scorer.annotation.model.ReadOptions;
import dev.flipside.scorer.annotation.shape.Painter;
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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Adds the labels of an annotation file to a folder of label maps. Only regions that were asked for
 * are taken; each replaces what the folder has there. Without a list of such regions, every painted
 * pixel is taken.
 */
public final class LabelImporter implements Annotation.Sink {
  private final Map<String, PoolImage> images = new HashMap<>();
  private final @Nullable Map<String, List<SelectedRegion>> asked;
  private final ClassMap classes;
  private final LabelFolder folder;
  private final Progress progress;
  private final List<LabelImport.Labelled> labelled = new ArrayList<>();
  private final List<LabelImport.Refused> refused = new ArrayList<>();
  private final Map<String, Long> leftOut = new TreeMap<>();
  private final List<AnnotationFile.LeftOut> entries = new ArrayList<>();
  private final MaskValues masks;
  private long done;

  private LabelImporter(
      Pool pool,
      @Nullable List<SelectedRegion> history,
      ClassMap classes,
      Path folder,
      Progress progress) {
    pool.images().forEach(each -> images.put(each.id(), each));
    this.classes = classes;
    masks = new MaskValues(classes);
    this.folder = new LabelFolder(folder, pool, classes);
    this.progress = progress;
    if (history == null) {
      asked = null;
    } else {
      asked = new LinkedHashMap<>();
      for (SelectedRegion each : history) {
        asked
            .computeIfAbsent(ImageIds.normal(each.id().image()), key -> new ArrayList<>())
            .add(each);
      }
      if (!asked.isEmpty() && asked.keySet().stream().noneMatch(images::containsKey)) {
        throw new FlipsideException(
            "none of the selected images is in the pool, for example "
                + asked.keySet().iterator().next()
                + "; give the folder that was scored");
      }
    }
  }

  /**
   * Reads a file and replaces the label maps of the images that it labels. A file that cannot be
   * parsed changes nothing.
   *
   * @param history regions that were asked for, or null to take whatever is painted
   * @param folder folder of the label maps; created if it does not exist
   * @throws FlipsideException if the file cannot be parsed
   * @throws IOException if the file cannot be read
   */
  public static LabelImport run(
      Path file,
      AnnotationFormat format,
      ReadOptions options,
      Pool pool,
      @Nullable List<SelectedRegion> history,
      Path folder,
      Progress progress)
      throws IOException {
    LabelImporter importer =
        new LabelImporter(pool, history, options.labels().classes(), folder, progress);
    try {
      AnnotationImport.read(
          file,
          format,
          options,
          each -> pool.images().forEach(image -> each.accept(image.id())),
          importer);
    } catch (FlipsideException e) {
      // The readers know the content alone: the service reads what was sent to it.
      String text = String.valueOf(e.getMessage());
      throw text.startsWith(file.toString()) ? e : new FlipsideException(file + ": " + text, e);
    }
    return new LabelImport(
        importer.labelled,
        importer.missing(),
        importer.refused,
        importer.leftOut,
        importer.entries,
        format == AnnotationFormat.MASKS && options.encoding().values().isEmpty()
            ? importer.masks.warning().stream().toList()
            : List.of());
  }

  @Override
  public void leftOut(AnnotationFile.LeftOut entry) {
    entries.add(entry);
    leftOut("file in the archive, " + entry.reason(), 1);
  }

  @Override
  public void leftOut(String kind, long count) {
    leftOut.merge(kind, count, Long::sum);
  }

  @Override
  public void accept(Annotation annotation) {
    progress.advance(++done, 0, "");
    annotation.unpainted().forEach((kind, count) -> leftOut(kind, count));
    Annotation.Fault fault = annotation.fault();
    PoolImage image = images.get(annotation.image());
    if (fault != null || image == null) {
      refuse(annotation.image(), fault == null ? "no image of the pool" : fault.message());
      return;
    }
    try {
      label(annotation, image);
    } catch (FlipsideException e) {
      refuse(annotation.image(), String.valueOf(e.getMessage()));
    }
  }

  private void label(Annotation annotation, PoolImage image) {
    List<SelectedRegion> wanted = asked == null ? null : asked.get(image.id());
    if (asked != null && wanted == null) {
      leftOut("image that was not asked for", 1);
      return;
    }
    ImageSize size = ImageReader.probe(image.file());
    if (annotation.size() != null && !size.equals(annotation.size())) {
      throw new FlipsideException(
          "annotated at "
              + annotation.size()
              + " px, the image has "
              + size
              + " px; give the images that were annotated (--pool), or annotate these");
    }
    LabelMap painted = LabelMap.unlabelled(size, classes);
    Painter.paint(annotation.shapes(), painted);
    masks.add(painted);
    LabelMap known = folder.read(image.id(), size);
    boolean changed =
        wanted == null
            ? paint(annotation, image, painted, known)
            : paint(annotation, wanted, painted, known);
    if (changed) {
      folder.write(image.id(), known);
    }
  }

  /** Takes every painted pixel, or those of the regions that the annotator worked in. */
  private boolean paint(Annotation annotation, PoolImage image, LabelMap painted, LabelMap known) {
    LabelMap inside = painted;
    if (!annotation.regions().isEmpty()) {
      for (Region each : annotation.regions()) {
        requireInside(each, painted.size());
      }
      inside = LabelMap.unlabelled(painted.size(), classes);
      for (Region each : annotation.regions()) {
        inside.paste(painted.crop(each), each);
      }
      countOutside(painted, annotation.regions());
    }
    if (inside.isUnlabelled(classes)) {
      throw new FlipsideException("nothing is painted");
    }
    for (int at = 0; at < inside.ids().length; at++) {
      if ((inside.ids()[at] & 0xFF) != classes.ignoreIndex()) {
        known.ids()[at] = inside.ids()[at];
      }
    }
    labelled.add(new LabelImport.Labelled(image.id(), null));
    return true;
  }

  private static void requireInside(Region region, ImageSize size) {
    if (region.y() + (long) region.height() > size.height()
        || region.x() + (long) region.width() > size.width()) {
      throw new FlipsideException(region + " is not inside of the image of " + size + " px");
    }
  }

  /** Takes the regions that were asked for, and of these the ones that the annotation names. */
  private boolean paint(
      Annotation annotation, List<SelectedRegion> wanted, LabelMap painted, LabelMap known) {
    List<Region> taken = new ArrayList<>();
    List<SelectedRegion> meant = new ArrayList<>(wanted);
    if (!annotation.regions().isEmpty()) {
      meant.clear();
      for (Region box : annotation.regions()) {
        List<SelectedRegion> same =
            wanted.stream().filter(each -> on(each, known.size()).isNear(box, 1)).toList();
        if (same.isEmpty()) {
          refuse(annotation.image(), box + " is no region that was asked for");
        }
        same.stream().limit(1).filter(each -> !meant.contains(each)).forEach(meant::add);
      }
    }
    boolean changed = false;
    for (SelectedRegion each : meant) {
      Region region = on(each, known.size());
      taken.add(region);
      LabelMap label = painted.crop(region);
      // What is not painted now may have been labelled by an earlier file.
      if (!label.isUnlabelled(classes)) {
        known.paste(label, region);
        labelled.add(new LabelImport.Labelled(annotation.image(), each.id()));
        changed = true;
      }
    }
    countOutside(painted, taken);
    return changed;
  }

  private static Region on(SelectedRegion region, ImageSize size) {
    try {
      return region.on(size);
    } catch (IllegalArgumentException e) {
      throw new FlipsideException(e.getMessage() + "; give the images that were scored", e);
    }
  }

  /** Counts the painted pixels outside of regions. */
  private void countOutside(LabelMap painted, List<Region> regions) {
    LabelMap rest = new LabelMap(painted.size(), painted.ids().clone());
    for (Region each : regions) {
      rest.paste(LabelMap.unlabelled(new ImageSize(each.height(), each.width()), classes), each);
    }
    long outside = 0;
    for (byte id : rest.ids()) {
      outside += (id & 0xFF) == classes.ignoreIndex() ? 0 : 1;
    }
    if (outside > 0) {
      leftOut("painted pixel outside of the regions", outside);
    }
  }

  /** Finds the regions that were asked for and that no file has labelled so far. */
  private List<RegionId> missing() {
    List<RegionId> missing = new ArrayList<>();
    if (asked == null) {
      return missing;
    }
    asked.forEach(
        (id, regions) -> {
          PoolImage image = images.get(id);
          if (image == null || !folder.has(id)) {
            regions.forEach(each -> missing.add(each.id()));
            return;
          }
          ImageSize size = ImageReader.probe(image.file());
          try {
            LabelMap known = folder.read(id, size);
            for (SelectedRegion each : regions) {
              if (known.crop(on(each, size)).isUnlabelled(classes)) {
                missing.add(each.id());
              }
            }
          } catch (FlipsideException e) {
            regions.forEach(each -> missing.add(each.id()));
          }
        });
    return missing;
  }

  private void refuse(String image, String reason) {
    refused.add(new LabelImport.Refused(image, reason));
  }
}
