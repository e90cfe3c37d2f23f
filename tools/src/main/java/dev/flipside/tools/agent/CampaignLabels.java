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
import java.util.Objects;

/**
 * The labels of a campaign in a folder: a PNG of class IDs for each image with a label, once for
 * the regions that are trained on and once for those that are held out. What is there is never
 * downloaded again.
 */
final class CampaignLabels {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EXTENSION = ".png";

  /** Labels between two writes of the state. */
  private static final int AT_ONCE = 500;

  private final Path folder;
  private final ClassMap classes;
  private final RegionSplit split;
  private State state;

  /**
   * What the folder holds.
   *
   * @param labels sequence number of the last label
   * @param trained regions that are trained on
   * @param heldOut regions that only measure
   * @param pixels labelled pixels of each class
   */
  record State(long labels, long trained, long heldOut, List<Long> pixels) {}

  private CampaignLabels(Path folder, ClassMap classes, RegionSplit split, State state) {
    this.folder = folder;
    this.classes = classes;
    this.split = split;
    this.state = state;
  }

  /**
   * Opens the folder; it may not exist yet.
   *
   * @throws FlipsideException if its state cannot be read
   */
  static CampaignLabels open(Path folder, ClassMap classes, RegionSplit split) {
    Folders.create(folder);
    State state = new State(0, 0, 0, Collections.nCopies(classes.count(), 0L));
    Path file = stateFile(folder);
    if (Files.exists(file)) {
      try {
        state = JSON.readValue(Files.readAllBytes(file), State.class);
      } catch (IOException e) {
        throw new FlipsideException(
            file + ": cannot be read (" + e + "); delete " + folder + " to fetch the labels again",
            e);
      }
    }
    return new CampaignLabels(folder, classes, split, state);
  }

  private static Path stateFile(Path folder) {
    return folder.resolve("labels.json");
  }

  /** Returns what the folder holds. */
  State state() {
    return state;
  }

  /**
   * Fetches the labels that came in since the last call. If it is interrupted, the next call
   * fetches the same labels again, which changes nothing.
   */
  void update(RemoteService service, String campaign) {
    List<RemoteLabel> some = new ArrayList<>();
    service.labels(
        campaign,
        state.labels(),
        label -> {
          some.add(label);
          if (some.size() == AT_ONCE) {
            add(some);
            some.clear();
          }
        });
    add(some);
  }

  private void add(List<RemoteLabel> labels) {
    if (labels.isEmpty()) {
      return;
    }
    long trained = state.trained();
    long heldOut = state.heldOut();
    List<Long> pixels = new ArrayList<>(state.pixels());
    for (RemoteLabel each : labels) {
      boolean held = split.isHeldOut(new RegionId(each.image(), each.row(), each.col()));
      LabelMap label = decode(each);
      paste(label, each, file(held, each.image()));
      for (byte id : label.ids()) {
        int known = id & 0xFF;
        if (known < pixels.size()) {
          pixels.set(known, pixels.get(known) + 1);
        }
      }
      heldOut += held ? 1 : 0;
      trained += held ? 0 : 1;
    }
    state = new State(labels.get(labels.size() - 1).sequence(), trained, heldOut, pixels);
    try {
      AtomicFile.write(stateFile(folder), JSON.writeValueAsBytes(state));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers are always JSON", e);
    }
  }

  private LabelMap decode(RemoteLabel label) {
    Path file = folder.resolve("received.png");
    try {
      Files.write(file, label.png());
      return LabelReader.read(file, classes, null);
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot be written (" + e + ")", e);
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
