package dev.flipside.api.region;

import dev.flipside.api.config.DataFolder;
import dev.flipside.api.config.FlipsideConfig;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.api.upload.DecodeBudget;
import dev.flipside.api.upload.Upload;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.scorer.image.ImageException;
import dev.flipside.scorer.image.ImageFile;
import dev.flipside.scorer.image.LabelReader;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads uploaded labels, which cover a region or its whole image. */
@Singleton
public final class RegionLabelReader {
  private final DataFolder data;
  private final FlipsideConfig.Limits limits;
  private final DecodeBudget budget;

  @Inject
  RegionLabelReader(DataFolder data, FlipsideConfig config, DecodeBudget budget) {
    this.data = data;
    this.limits = config.limits();
    this.budget = budget;
  }

  /**
   * A decoded label with its share of the memory; closing it returns the share.
   *
   * @param map class ids
   * @param share memory of the map
   */
  record DecodedLabel(LabelMap map, DecodeBudget.Share share) implements AutoCloseable {
    @Override
    public void close() {
      share.close();
    }
  }

  /**
   * Reads a label of a region or of its image. The caller closes the result.
   *
   * @param body PNG of class ids
   * @throws ApiProblem if the body is not a label or contains unknown ids
   */
  DecodedLabel read(InputStream body, ClassMap classes) throws IOException {
    try (Upload upload = Upload.receive(body, data.uploads(), ".png", limits.label())) {
      return decode(upload.file(), classes);
    }
  }

  /**
   * Returns the label of a region, cropped if it covers the whole image.
   *
   * @param region pixels of the region
   * @param image size of the image of the region
   * @param classes class map with the ignore index
   * @throws ApiProblem if the label has neither size, or only ignored pixels
   */
  static LabelMap fit(LabelMap label, Region region, ImageSize image, ClassMap classes) {
    LabelMap fitted = fit(label, region, image);
    if (fitted.isUnlabelled(classes)) {
      throw ApiProblem.of(
          ProblemType.UNUSABLE,
          "every pixel of the label has the ignore index "
              + classes.ignoreIndex()
              + ", expected some with a class; to set the region aside, skip it (POST …/skip)");
    }
    return fitted;
  }

  private static LabelMap fit(LabelMap label, Region region, ImageSize image) {
    ImageSize regionSize = new ImageSize(region.height(), region.width());
    if (label.size().equals(regionSize)) {
      return label;
    }
    if (label.size().equals(image)) {
      return label.crop(region);
    }
    throw ApiProblem.of(
        ProblemType.UNUSABLE,
        "the label is "
            + label.size()
            + " px, expected "
            + regionSize
            + " (the region) or "
            + image
            + " (its image)");
  }

  /**
   * Reads the class ids in a PNG file.
   *
   * @throws ApiProblem if the file is not a label, contains unknown ids, or has too many pixels
   */
  private DecodedLabel decode(Path file, ClassMap classes) throws IOException {
    DecodeBudget.Share share = budget.take("label", memory(file));
    try {
      return new DecodedLabel(LabelReader.read(file, classes, null), share);
    } catch (ImageException e) {
      share.close();
      throw unusable(file, e);
    } catch (RuntimeException | Error e) {
      share.close();
      throw e;
    }
  }

  /** Returns the memory that decoding takes, by the header of the file. */
  @SuppressWarnings("try") // holds the share while the file is in memory
  private long memory(Path file) throws IOException {
    try (DecodeBudget.Share whole = budget.take("label", Files.size(file))) {
      ImageFile image = ImageFile.read(file);
      ImageSize size = image.size();
      if (size.pixels() > limits.pixels()) {
        throw ApiProblem.of(
            ProblemType.TOO_LARGE,
            "the label is "
                + size
                + " px, expected at most "
                + limits.pixels()
                + " pixels (flipside.limits.pixels)");
      }
      return image.labelMemory();
    } catch (ImageException e) {
      throw unusable(file, e);
    }
  }

  /** Clients do not know the path of the temporary file. */
  private static ApiProblem unusable(Path file, ImageException e) {
    return ApiProblem.of(
        ProblemType.UNUSABLE, String.valueOf(e.getMessage()).replace(file.toString(), "label"));
  }
}
