package dev.flipside.tools.report;

import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.SegmentationClass;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.tools.results.ArmDescription;
import dev.flipside.tools.results.RunDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Folders of runs for tests, of two classes and 100 regions. */
public final class SampleRun {
  private static final String HEADER =
      "strategy,seed,round,phase,labelled_regions,total_regions,labelled_fraction,miou,"
          + "pixel_accuracy,class_entropy_nats,train_seconds,evaluate_seconds,score_seconds,"
          + "scored_images,iou_Sky,iou_Road";

  private final Path folder;
  private final List<String> lines = new ArrayList<>(List.of(HEADER));
  private List<String> strategies = List.of("random", "equal+");
  private List<Long> seeds = List.of(0L, 1L);
  private List<Double> budgets = List.of(0.08, 0.12);
  private String dataset = "";
  private List<ArmDescription> arms = List.of();

  public SampleRun(Path folder) {
    this.folder = folder;
  }

  SampleRun strategies(String... names) {
    strategies = List.of(names);
    return this;
  }

  SampleRun arms(ArmDescription... descriptions) {
    arms = List.of(descriptions);
    return this;
  }

  SampleRun seeds(Long... values) {
    seeds = List.of(values);
    return this;
  }

  SampleRun budgets(Double... values) {
    budgets = List.of(values);
    return this;
  }

  SampleRun dataset(String name) {
    dataset = name;
    return this;
  }

  /** A network of the final stage. */
  public SampleRun measured(String strategy, long seed, int regions, double miou) {
    return measured(strategy, seed, regions, miou, "final");
  }

  SampleRun measured(String strategy, long seed, int regions, double miou, String phase) {
    lines.add(
        String.format(
            Locale.ROOT,
            "%s,%d,1,%s,%d,100,%.6f,%.6f,0.700000,0.600000,60.00,5.00,10.00,20,%.6f,NaN",
            strategy,
            seed,
            phase,
            regions,
            regions / 100.0,
            miou,
            miou));
    return this;
  }

  /** Writes run.json and results.csv. */
  public Path write() throws IOException {
    Files.createDirectories(folder);
    new RunDescription(
            "Streets & <squares>",
            "flipside simulate --out runs/a",
            dataset,
            Map.of("flipside", "1.2.3", "java", "17"),
            Map.of("Pool", "20 images"),
            List.of(
                new SegmentationClass("Sky", 0x808080), new SegmentationClass("Road", 0x804080)),
            strategies,
            seeds,
            budgets,
            arms)
        .write(folder.resolve("run.json"));
    AtomicFile.write(folder.resolve("results.csv"), String.join("\n", lines) + "\n");
    return folder;
  }

  /** A file of the run, its folders made. */
  Path file(String name, String... text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, String.join("\n", text) + "\n");
    return file;
  }

  /** A picture of the run. */
  void png(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    ImageWriter.writeRgb(file, DecodedImage.black(new ImageSize(4, 6)));
  }
}
