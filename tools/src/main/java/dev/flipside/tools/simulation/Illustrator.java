package dev.flipside.tools.simulation;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.models.scoring.Picture;
import dev.flipside.models.scoring.ScoringGraph;
import dev.flipside.models.scoring.ScoringHead;
import dev.flipside.models.scoring.ScoringRequest;
import dev.flipside.models.vocab.ImageSize;
import dev.flipside.models.vocab.LabelMap;
import dev.flipside.models.vocab.Region;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.image.Rendering;
import dev.flipside.scorer.inference.ScoredBatch;
import dev.flipside.scorer.inference.ScoringSession;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionFile;
import dev.flipside.tools.report.Example;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Shows what an arm's last selection saw: image, selected regions, uncertainty, prediction, truth.
 */
final class Illustrator {
  private static final int FRAME_RGB = 0xFFD43B;

  private final SimulationPlan plan;
  private final SimulationData data;

  Illustrator(SimulationPlan plan, SimulationData data) {
    this.plan = plan;
    this.data = data;
  }

  /**
   * The images of which the arm's last round selected most.
   *
   * @param arm folder of the arm
   * @param name what the arm is called
   * @param count how many at most
   */
  List<Example> examples(Path arm, String name, int count) {
    Path round = arm.resolve("round-" + (plan.rounds() - 1));
    Map<String, List<Region>> selected = new TreeMap<>();
    for (SelectedRegion each : SelectionFile.read(round.resolve("selection.jsonl"))) {
      selected.computeIfAbsent(each.id().image(), image -> new ArrayList<>()).add(each.region());
    }
    List<Map.Entry<String, List<Region>>> most = new ArrayList<>(selected.entrySet());
    most.sort(Comparator.comparingInt(entry -> -entry.getValue().size()));
    LoadedModel model = ModelSource.open(round.resolve("model.onnx"), null, CardOverrides.NONE);
    ScoringRequest request =
        new ScoringRequest(
            plan.grid().on(plan.size()),
            1,
            ScoringHead.FLIP_ENTROPY,
            Set.of(Picture.UNCERTAINTY, Picture.ARGMAX));
    Map<String, LabelledImage> byId = data.byId();
    List<Example> examples = new ArrayList<>();
    try (ScoringSession session =
        ScoringSession.open(
            ScoringGraph.graft(model.file(), model.card(), request), SessionOptions.cpu())) {
      for (Map.Entry<String, List<Region>> each : most.subList(0, Math.min(count, most.size()))) {
        LabelledImage labelled = Objects.requireNonNull(byId.get(each.getKey()));
        examples.add(example(session, labelled, name, each.getValue()));
      }
    }
    return examples;
  }

  private Example example(
      ScoringSession session, LabelledImage labelled, String arm, List<Region> selected) {
    ImageSize size = plan.size();
    DecodedImage image = ImageReader.read(labelled.image().file(), size);
    ScoredBatch scored = session.runWithPictures(image.rgb());
    float[] entropy = new float[Math.toIntExact(size.pixels())];
    picture(scored, Picture.UNCERTAINTY).asFloatBuffer().get(entropy);
    byte[] predicted = new byte[entropy.length];
    picture(scored, Picture.ARGMAX).get(predicted);
    String id = labelled.image().id();
    float highest = (float) (2 * Math.log(data.classes().count()));
    return new Example(
        id,
        List.of(
            picture(
                arm + ", " + id + ": " + selected.size() + " regions selected",
                Rendering.highlight(image, selected, FRAME_RGB)),
            picture("entropy of both views", Rendering.heat(entropy, size, highest)),
            picture("prediction", Rendering.classes(new LabelMap(size, predicted), data.classes())),
            picture(
                "ground truth", Rendering.classes(data.truth(labelled, size), data.classes()))));
  }

  private static ByteBuffer picture(ScoredBatch scored, Picture picture) {
    return Objects.requireNonNull(scored.pictures().get(picture)).rewind();
  }

  private static Example.Picture picture(String caption, DecodedImage image) {
    return new Example.Picture(caption, ImageWriter.encodePng(image));
  }
}
