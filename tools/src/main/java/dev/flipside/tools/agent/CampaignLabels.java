package dev.flipside.tools.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.image.LabelReader;
import dev.flipside.tools.files.Folders;
import dev.flipside.tools.remote.RemoteLabel;
import dev.flipside.tools.remote.RemoteService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The labels of a campaign in a folder: a PNG of class IDs for each image with a label, once for
 * the regions that are trained on and once for those that are held out. What is there is never
 * downloaded again; a label that was corrected or taken back is replaced or erased.
 */
final class CampaignLabels {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EXTENSION = ".png";

  /** Changes between two writes of the contents. */
  private static final int AT_ONCE = 500;

  private final Path folder;
  private final ClassMap classes;
  private final RegionSplit split;
  private Contents contents;

  /**
   * How much the folder holds.
   *
   * @param trained regions that are trained on
   * @param heldOut regions that only measure
   * @param pixels labelled pixels of each class
   */
  record State(long trained, long heldOut, List<Long> pixels) {
    /** Returns the number of labelled regions. */
    long labels() {
      return trained + heldOut;
    }
  }

  /**
   * What the folder holds, as it is stored.
   *
   * @param sequence number of the last change of a label that is known
   * @param regions labelled pixels of each class, by region
   */
  record Contents(long sequence, Map<String, List<Long>> regions) {}

  private CampaignLabels(Path folder, ClassMap classes, RegionSplit split, Contents contents) {
    this.folder = folder;
    this.classes = classes;
    this.split = split;
    this.contents = contents;
  }

  /**
   * Opens the folder; it may not exist yet.
   *
   * @throws FlipsideException if its contents cannot be read
   */
  static CampaignLabels open(Path folder, ClassMap classes, RegionSplit split) {
    Folders.create(folder);
    Contents contents = new Contents(0, Map.of());
    Path file = contentsFile(folder);
    if (Files.exists(file)) {
      try {
        contents = JSON.readValue(Files.readAllBytes(file), Contents.class);
      } catch (IOException e) {
        throw new FlipsideException(
            file + ": cannot be read (" + e + "); delete " + folder + " to fetch the labels again",
            e);
      }
    }
    return new CampaignLabels(folder, classes, split, contents);
  }

  private static Path contentsFile(Path folder) {
    return folder.resolve("regions.json");
  }

  /** Returns how much the folder holds. */
  State state() {
    long heldOut = 0;
    List<Long> pixels = new ArrayList<>(Collections.nCopies(classes.count(), 0L));
    for (Map.Entry<String, List<Long>> each : contents.regions().entrySet()) {
      heldOut += split.isHeldOut(each.getKey()) ? 1 : 0;
      for (int id = 0; id < pixels.size(); id++) {
        pixels.set(id, pixels.get(id) + each.getValue().get(id));
      }
    }
    return new State(contents.regions().size() - heldOut, heldOut, pixels);
  }

  /**
   * Fetches the changes of labels since the last call. If it is interrupted, the next call fetches
   * the same changes again, which makes no difference.
   */
  void update(RemoteService service, String campaign) {
    List<RemoteLabel> some = new ArrayList<>();
    service.labels(
        campaign,
        contents.sequence(),
        label -> {
          some.add(label);
          if (some.size() == AT_ONCE) {
            apply(some);
            some.clear();
          }
        });
    apply(some);
  }

  private void apply(List<RemoteLabel> changes) {
    if (changes.isEmpty()) {
      return;
    }
    Map<String, List<Long>> regions = new TreeMap<>(contents.regions());
    for (RemoteLabel each : changes) {
      String region = RegionSplit.key(new RegionId(each.image(), each.row(), each.col()));
      Path file = file(split.isHeldOut(region), each.image());
      if (each.png() == null) {
        erase(each, file);
        regions.remove(region);
      } else {
        LabelMap label = decode(each.png());
        paste(label, each, file);
        regions.put(region, pixels(label));
      }
    }
    contents = new Contents(changes.get(changes.size() - 1).sequence(), regions);
    try {
      AtomicFile.write(contentsFile(folder), JSON.writeValueAsBytes(contents));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers are always JSON", e);
    }
  }

  private List<Long> pixels(LabelMap label) {
    List<Long> pixels = new ArrayList<>(Collections.nCopies(classes.count(), 0L));
    for (byte id : label.ids()) {
      int known = id & 0xFF;
      if (known < pixels.size()) {
        pixels.set(known, pixels.get(known) + 1);
      }
    }
    return pixels;
  }

  private LabelMap decode(byte[] png) {
    Path file = folder.resolve("received.png");
    try {
      Files.write(file, png);
      return LabelReader.read(file, classes, null);
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot be written (" + e + ")", e);
    }
  }

  private void erase(RemoteLabel where, Path file) {
    if (!Files.exists(file)) {
      return;
    }
    paste(LabelMap.unlabelled(new ImageSize(where.height(), where.width()), classes), where, file);
    if (LabelReader.read(file, classes, null).isUnlabelled(classes)) {
      try {
        Files.delete(file);
      } catch (IOException e) {
        throw new FlipsideException(file + ": cannot be deleted (" + e + ")", e);
      }
    }
  }

  private void paste(LabelMap label, RemoteLabel where, Path file) {
    ImageSize size = new ImageSize(where.imageHeight(), where.imageWidth());
    LabelMap map =
        Files.exists(file)
            ? LabelReader.read(file, classes, null)
            : LabelMap.unlabelled(size, classes);
    if (!map.size().equals(size)) {
      throw new FlipsideException(
          file
              + ": labels of "
              + map.size()
              + " px, the service has the image at "
              + size
              + "; delete "
              + folder
              + " to fetch the labels again");
    }
    map.paste(label, new Region(where.y(), where.x(), where.height(), where.width()));
    Folders.createFor(file);
    ImageWriter.writeLabel(file, map);
  }

  /** Returns the label map of an image, which exists if the image has labels of this kind. */
  Path file(boolean held, String image) {
    Path kind = folder.resolve(held ? "held-out" : "train").normalize();
    Path file = kind.resolve(image + EXTENSION).normalize();
    if (!file.startsWith(kind)) {
      throw new FlipsideException("image \"" + image + "\": expected a name inside of the pool");
    }
    return Objects.requireNonNull(file);
  }
}
