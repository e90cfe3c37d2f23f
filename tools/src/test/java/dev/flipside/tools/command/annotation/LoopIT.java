package dev.flipside.tools.command.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.scorer.annotation.export.AnnotatedImage;
import dev.flipside.scorer.annotation.export.CvatWriter;
import dev.flipside.scorer.annotation.export.LabelStudioWriter;
import dev.flipside.scorer.annotation.export.MaskNames;
import dev.flipside.scorer.annotation.export.MasksWriter;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.image.LabelReader;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionFile;
import dev.flipside.tools.Flipside;
import dev.flipside.tools.console.ExitCodes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The loop as a user types it: train on what is labelled, score, select, export, label, import. The
 * annotator is the ground truth, and answers in another format in every round.
 */
class LoopIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ClassMap CLASSES = ClassMap.CAMVID;

  @TempDir private Path folder;

  private Path pool;
  private Path labels;
  private Path history;
  private Path truth;
  private String out = "";
  private String err = "";

  @BeforeEach
  void nameFiles() {
    pool = folder.resolve("mine/images");
    labels = folder.resolve("mine/labels");
    history = folder.resolve("taken.jsonl");
    truth = folder.resolve("synth/trainannot");
  }

  @Test
  void loop_syntheticScenes_threeRoundsInThreeFormats() throws IOException {
    Path data = folder.resolve("synth");
    run("synth", "--out", data, "--size", "60x80", "--train", "8", "--test", "2");

    loop(data, 8, "60x80", 6);
  }

  @Test
  void loop_camVid_threeRoundsInThreeFormats() throws IOException {
    String camvid = System.getProperty("flipside.camvid", "");
    assumeTrue(!camvid.isEmpty(), "set -Dflipside.camvid to the folder of CamVid");

    loop(Path.of(camvid), 12, "60x80", 12);
  }

  private void loop(Path data, int images, String size, int k) throws IOException {
    truth = data.resolve("trainannot");
    take(data.resolve("train"), images);
    List<Path> all = files(pool);
    // Two images that somebody has labelled before.
    Path first = folder.resolve("first.zip");
    write(first, out -> masks(out, whole(all.subList(0, 2))));
    imported("masks", first, null);

    Path model = train(0, size, images - 2);
    for (int round = 1; round <= 3; round++) {
      Path scores = folder.resolve("scores-" + round + ".jsonl");
      Path selection = folder.resolve("selection-" + round + ".jsonl");
      run("score", "--model", model, "--pool", pool, "--grid", "3x4", "--out", scores);
      run("select", "--scores", scores, "-k", k, "--history", history, "--out", selection);
      List<SelectedRegion> selected = SelectionFile.read(selection);
      assertThat(SelectionFile.read(history)).hasSize(round * k).endsWith(last(selected));
      Path answers = answers(round, selection, selected, model);
      JsonNode report =
          imported(List.of("cvat", "label-studio", "masks").get(round - 1), answers, history);
      assertThat(report.get("labelled").asInt()).isEqualTo(k);
      assertThat(report.get("missing").asInt()).isZero();
      assertThat(report.get("refused").asInt()).isZero();
      model = train(round, size, images - files(labels).size());
    }
    assertThat(distinct(SelectionFile.read(history))).isEqualTo(3L * k);
    assertLabelsAreTheTruthWhereAsked(all.subList(0, 2));
    Path metrics = folder.resolve("metrics.json");
    run("evaluate", "--model", model, "--data", data, "--split", "test", "--out", metrics);
    assertThat(JSON.readTree(metrics.toFile()).get("size").asText()).isEqualTo(size);
  }

  private static SelectedRegion last(List<SelectedRegion> selected) {
    return selected.get(selected.size() - 1);
  }

  private static long distinct(List<SelectedRegion> regions) {
    return regions.stream().map(SelectedRegion::id).distinct().count();
  }

  private void take(Path from, int count) throws IOException {
    Files.createDirectories(pool);
    for (Path each : files(from).subList(0, count)) {
      Files.copy(each, pool.resolve(each.getFileName()));
    }
  }

  private static List<Path> files(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.sorted().toList();
    }
  }

  private Path train(int round, String size, int unlabelled) {
    Path folderOfRun = folder.resolve("runs/" + round);
    run(
        "train",
        "--data",
        folder.resolve("mine"),
        "--classes",
        "camvid",
        "--size",
        size,
        "--depth",
        "18",
        "--width",
        "0.125",
        "--batch",
        "4",
        "--device",
        "cpu",
        "--out",
        folderOfRun);
    if (unlabelled > 0) {
      assertThat(err)
          .contains("the other " + unlabelled + " take part through self-consistency alone");
    }
    return folderOfRun.resolve("model.onnx");
  }

  /** Exports the regions, and lets the annotator answer in the format of the round. */
  private Path answers(int round, Path selection, List<SelectedRegion> selected, Path model)
      throws IOException {
    String format = List.of("cvat", "label-studio", "masks").get(round - 1);
    String ending = List.of(".xml", ".json", ".zip").get(round - 1);
    Path task = folder.resolve("task-" + round + ending);
    run(
        "selection",
        "export",
        "--selection",
        selection,
        "--pool",
        pool,
        "--classes",
        "camvid",
        "--format",
        format,
        "--model",
        model,
        "--out",
        task);
    assertThat(out).contains(selected.size() + " regions in ");
    Path answers = folder.resolve("answers-" + round + ending);
    write(
        answers,
        out -> {
          AnnotatedImage.Source images = labelled(selected);
          switch (format) {
            case "cvat" -> {
              try (CvatWriter xml = CvatWriter.begin(out, "round", CLASSES, "manual")) {
                images.stream(xml::add);
              }
            }
            case "label-studio" -> {
              try (LabelStudioWriter json =
                  LabelStudioWriter.begin(out, "round", CLASSES, "annotations", url -> url)) {
                images.stream(json::add);
              }
            }
            default -> masks(out, images);
          }
        });
    return answers;
  }

  private void masks(OutputStream out, AnnotatedImage.Source images) throws IOException {
    MaskNames names = new MaskNames();
    for (Path each : files(pool)) {
      names.register(each.getFileName().toString());
    }
    MasksWriter.write(images, names, CLASSES, out);
  }

  private AnnotatedImage.Source whole(List<Path> images) {
    return sink -> {
      for (Path each : images) {
        LabelMap map = truth(each.getFileName().toString());
        Region all = new Region(0, 0, map.size().height(), map.size().width());
        sink.accept(new AnnotatedImage(each.getFileName().toString(), List.of(all), map));
      }
    };
  }

  /** The regions of a selection with the ground truth inside. */
  private AnnotatedImage.Source labelled(List<SelectedRegion> selected) {
    return sink -> {
      for (Map.Entry<String, List<Region>> each : regions(selected).entrySet()) {
        LabelMap inside = AnnotatedImage.within(each.getValue(), truth(each.getKey()), CLASSES);
        sink.accept(new AnnotatedImage(each.getKey(), each.getValue(), inside));
      }
    };
  }

  private Map<String, List<Region>> regions(List<SelectedRegion> selected) {
    Map<String, List<SelectedRegion>> byImage =
        selected.stream()
            .collect(
                Collectors.groupingBy(
                    each -> each.id().image(), TreeMap::new, Collectors.toList()));
    Map<String, List<Region>> regions = new TreeMap<>();
    byImage.forEach(
        (image, of) -> {
          ImageSize size = ImageReader.probe(pool.resolve(image));
          regions.put(image, of.stream().map(each -> each.on(size)).toList());
        });
    return regions;
  }

  private LabelMap truth(String image) {
    return LabelReader.read(truth.resolve(MaskNames.stem(image) + ".png"), CLASSES, null);
  }

  private JsonNode imported(String format, Path answers, @Nullable Path asked) throws IOException {
    List<Object> words =
        Stream.of(
                "labels",
                "import",
                "--format",
                format,
                answers,
                "--pool",
                pool,
                "--classes",
                "camvid",
                "--json",
                "--out",
                labels)
            .collect(Collectors.toList());
    if (asked != null) {
      words.addAll(List.of("--history", asked));
    }
    run(words.toArray());
    return JSON.readTree(out);
  }

  private void assertLabelsAreTheTruthWhereAsked(List<Path> whole) throws IOException {
    Map<String, List<Region>> asked = regions(SelectionFile.read(history));
    for (Path each : files(pool)) {
      String image = each.getFileName().toString();
      Path file = labels.resolve(MaskNames.stem(image) + ".png");
      boolean labelled = whole.contains(each) || asked.containsKey(image);
      assertThat(Files.exists(file)).as(image).isEqualTo(labelled);
      if (!labelled) {
        continue;
      }
      LabelMap expected =
          whole.contains(each)
              ? truth(image)
              : AnnotatedImage.within(asked.getOrDefault(image, List.of()), truth(image), CLASSES);
      assertThat(LabelReader.read(file, CLASSES, null)).as(image).isEqualTo(expected);
    }
  }

  /** Writes a file of an annotation program. */
  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private static void write(Path file, Content content) throws IOException {
    try (OutputStream stream = Files.newOutputStream(file)) {
      content.writeTo(stream);
    }
  }

  private void run(Object... words) {
    CommandLine line = Flipside.commandLine();
    StringWriter standardOut = new StringWriter();
    StringWriter standardError = new StringWriter();
    line.setOut(new PrintWriter(standardOut));
    line.setErr(new PrintWriter(standardError));
    int exit = line.execute(Arrays.stream(words).map(Object::toString).toArray(String[]::new));
    out = standardOut.toString();
    err = standardError.toString();
    assertThat(exit).as("%s: %s %s", Arrays.toString(words), out, err).isEqualTo(ExitCodes.DONE);
  }
}
