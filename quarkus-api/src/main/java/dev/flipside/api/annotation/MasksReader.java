package dev.flipside.api.annotation;

import dev.flipside.api.campaign.RegionLabelReader;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.config.DataFolder;
import dev.flipside.api.config.FlipsideConfig;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.upload.Upload;
import dev.flipside.models.card.ClassMaps;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.annotation.Annotation;
import dev.flipside.scorer.annotation.MasksWriter;
import dev.flipside.scorer.annotation.Shape;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * Reads a ZIP of label maps as {@link MasksWriter} writes it; {@code classes.json} may be missing.
 */
@Singleton
final class MasksReader {
  private static final String CLASSES = "classes.json";

  private final CampaignStore store;
  private final RegionLabelReader intake;
  private final DataFolder data;
  private final FlipsideConfig.Limits limits;

  @Inject
  MasksReader(
      CampaignStore store, RegionLabelReader intake, DataFolder data, FlipsideConfig config) {
    this.store = store;
    this.intake = intake;
    this.data = data;
    this.limits = config.limits();
  }

  /**
   * Reads a ZIP to its end.
   *
   * @throws FlipsideException if it is none, or of another class map
   * @throws ApiProblem if an entry is too large or no label map
   */
  void read(Path file, Campaign campaign, Annotation.Sink sink) throws IOException {
    Map<String, String> images = images(file, campaign);
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String name = entry.getName();
        if (name.equals(CLASSES)) {
          requireSame(zip, campaign.plan().classes());
        } else if (name.endsWith(".png")) {
          sink.accept(answer(zip, name, images.getOrDefault(name, ""), campaign));
        }
      }
    } catch (ZipException e) {
      throw new FlipsideException("answers: a damaged ZIP file (" + e.getMessage() + ")", e);
    }
  }

  private Annotation answer(InputStream zip, String name, String image, Campaign campaign)
      throws IOException {
    try (Upload entry = receive(zip, ".png")) {
      LabelMap labels = intake.decode(entry.file(), campaign.plan().classes());
      return image.isEmpty()
          ? new Annotation(
              name, labels.size(), List.of(), List.of(), "no image, or more than one, is meant")
          : new Annotation(
              image, labels.size(), List.of(), List.of(new Shape.Painted(labels)), null);
    } catch (ApiProblem e) {
      return new Annotation(name, new ImageSize(1, 1), List.of(), List.of(), e.detail());
    }
  }

  private void requireSame(InputStream zip, ClassMap classes) throws IOException {
    try (Upload entry = receive(zip, ".json")) {
      String json = Files.readString(entry.file(), StandardCharsets.UTF_8);
      if (!ClassMaps.fromJson(json, CLASSES).equals(classes)) {
        throw new FlipsideException(
            CLASSES + ": is not the class map of the campaign; its ids would mean something else");
      }
    }
  }

  private Upload receive(InputStream zip, String ending) throws IOException {
    // The next entry is read from the same stream.
    InputStream open =
        new FilterInputStream(zip) {
          @Override
          public void close() {}
        };
    return Upload.receive(open, data.uploads(), ending, limits.label());
  }

  /** Which image each entry is of; an entry that fits two images is left out. */
  private Map<String, String> images(Path file, Campaign campaign) throws IOException {
    Set<String> entries = new HashSet<>();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.add(entry.getName());
      }
    } catch (ZipException e) {
      throw new FlipsideException("answers: a damaged ZIP file (" + e.getMessage() + ")", e);
    }
    if (entries.isEmpty()) {
      throw new FlipsideException(
          "answers: no ZIP file, or an empty one; expected labels/NAME.png as in the export");
    }
    Map<String, String> images = new HashMap<>();
    store.images(
        campaign.id(),
        image -> {
          String entry = MasksWriter.entry(image);
          if (entries.contains(entry)) {
            images.merge(entry, image, (one, other) -> "");
          }
        });
    return images;
  }
}
