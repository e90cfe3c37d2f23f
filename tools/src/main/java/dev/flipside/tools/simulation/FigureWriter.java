package dev.flipside.tools.simulation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionId;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.scoring.DiagnosticMap;
import dev.flipside.models.scoring.ScoringGraph;
import dev.flipside.models.scoring.ScoringRequest;
import dev.flipside.models.scoring.ScoringSpec;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.image.Rendering;
import dev.flipside.scorer.inference.ScoredBatch;
import dev.flipside.scorer.inference.ScoringSession;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.tools.simulation.data.LabelledRegions;
import dev.flipside.tools.simulation.plan.SimulationPlan;
import dev.flipside.tools.simulation.plan.Strategy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;

/**
 * Pictures of an arm for people, of the first seed alone: {@code pictures/} shows some images with
 * all their labelled regions, the uncertainty and prediction of the last network measured, and the
 * truth; {@code atlas/} shows the best region of some selections. Beside each lies a JSON list.
 */
final class FigureWriter {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FRAME_RGB = 0xFFD43B;
  private static final int IMAGES = 3;
  private static final int ATLAS = 12;

  private final Experiment experiment;
  private final SimulationPlan plan;
  private final Strategy strategy;
  private final boolean wanted;
  private final ArmFolder files;

  FigureWriter(Experiment experiment, Strategy strategy, long seed, ArmFolder files) {
    this.experiment = experiment;
    this.plan = experiment.plan();
    this.strategy = strategy;
    this.wanted = seed == plan.seeds().get(0);
    this.files = files;
  }

  /** Shows the images with most labelled regions, in place of those of an earlier mark. */
  void pictures(LoadedModel model, LabelledRegions labelled) {
    if (!wanted) {
      return;
    }
    List<String> most = new ArrayList<>(labelled.images());
    most.sort(Comparator.comparingInt(image -> -labelled.of(image).size()));
    Path folder = files.subfolder("pictures");
    ArrayNode list = JSON.createArrayNode();
    try (ScoringSession session = ScoringSession.open(graph(model), SessionOptions.cpu())) {
      for (String image : most.subList(0, Math.min(IMAGES, most.size()))) {
        View view = View.of(session, image(image), plan.size());
        ObjectNode entry = list.addObject().put("image", image);
        ArrayNode captions = entry.putArray("captions");
        ArrayNode names = entry.putArray("files");
        named(view, labelled, image)
            .forEach(
                (caption, picture) -> {
                  String name = list.size() + "-" + (names.size() + 1) + ".png";
                  ImageWriter.writeRgb(folder.resolve(name), picture);
                  captions.add(caption);
                  names.add("pictures/" + name);
                });
      }
    }
    AtomicFile.write(files.file("pictures.json"), list.toPrettyString() + "\n");
  }

  private Map<String, DecodedImage> named(View view, LabelledRegions labelled, String image) {
    List<Region> regions =
        labelled.of(image).stream().map(id -> plan.grid().region(id.row(), id.col())).toList();
    Map<String, DecodedImage> named = new LinkedHashMap<>();
    if (experiment.photographs()) {
      named.put(
          strategy + ": " + regions.size() + " regions labelled",
          Rendering.highlight(view.image, regions, FRAME_RGB));
    }
    named.put("entropy of both views", heat(view));
    named.put(
        "prediction",
        Rendering.classes(new LabelMap(plan.size(), view.predicted), experiment.data().classes()));
    if (experiment.photographs()) {
      named.put(
          "ground truth",
          Rendering.classes(
              experiment.data().truth(image(image), plan.size()), experiment.data().classes()));
    }
    return named;
  }

  /**
   * Shows a selection's best region as the network that chose it sees it, for some rounds spread
   * over the campaign.
   *
   * @param round number of the selection, from 1
   */
  void atlas(int round, LoadedModel model, SelectedRegion best, SortedSet<Long> marks) {
    int rounds = plan.budgets().steps(experiment.oracle().initialCount(), marks);
    if (!wanted || (long) round * ATLAS / rounds == (round - 1L) * ATLAS / rounds) {
      return;
    }
    RegionId id = best.id();
    ArrayNode list = atlasBefore(round);
    Path folder = files.subfolder("atlas");
    ObjectNode entry =
        list.addObject()
            .put("round", round)
            .put("image", id.image())
            .put("row", id.row())
            .put("col", id.col())
            .put("score", best.score());
    try (ScoringSession session = ScoringSession.open(graph(model), SessionOptions.cpu())) {
      View view = View.of(session, image(id.image()), plan.size());
      if (experiment.photographs()) {
        ImageWriter.writeRgb(folder.resolve(round + ".png"), crop(view.image, best.region()));
        entry.put("file", "atlas/" + round + ".png");
      }
      ImageWriter.writeRgb(folder.resolve(round + "-entropy.png"), crop(heat(view), best.region()));
      entry.put("entropyFile", "atlas/" + round + "-entropy.png");
    }
    AtomicFile.write(files.file("atlas.json"), list.toPrettyString() + "\n");
  }

  /** The atlas without what a run that was stopped may have added for this round. */
  private ArrayNode atlasBefore(int round) {
    ArrayNode kept = JSON.createArrayNode();
    Path file = files.file("atlas.json");
    if (Files.exists(file)) {
      try {
        JSON.readTree(Files.readString(file))
            .forEach(
                entry -> {
                  if (entry.path("round").asInt() < round) {
                    kept.add(entry);
                  }
                });
      } catch (IOException e) {
        throw new FlipsideException(file + ": cannot be read (" + e + ")", e);
      }
    }
    return kept;
  }

  private LabelledImage image(String id) {
    return Objects.requireNonNull(experiment.data().byId().get(id));
  }

  private ScoringGraph graph(LoadedModel model) {
    ScoringRequest request =
        new ScoringRequest(
            plan.grid(),
            1,
            ScoringSpec.FLIP_ENTROPY,
            Set.of(DiagnosticMap.UNCERTAINTY, DiagnosticMap.ARGMAX));
    return ScoringGraph.graft(model.file(), model.card(), request);
  }

  private DecodedImage heat(View view) {
    float highest = (float) (2 * Math.log(experiment.data().classes().count()));
    return Rendering.heat(view.entropy, plan.size(), highest);
  }

  private static DecodedImage crop(DecodedImage image, Region region) {
    DecodedImage part = DecodedImage.black(new ImageSize(region.height(), region.width()));
    for (int y = 0; y < region.height(); y++) {
      int from = 3 * ((region.y() + y) * image.size().width() + region.x());
      part.rgb().put(3 * y * region.width(), image.rgb(), from, 3 * region.width());
    }
    return part;
  }

  /** An image as a network sees it. */
  @SuppressWarnings("ArrayRecordComponent") // drawn once and forgotten
  private record View(DecodedImage image, float[] entropy, byte[] predicted) {
    static View of(ScoringSession session, LabelledImage labelled, ImageSize size) {
      DecodedImage image = ImageReader.read(labelled.image().file(), size);
      ScoredBatch scored = session.runWithPictures(image.rgb());
      float[] entropy = new float[Math.toIntExact(size.pixels())];
      picture(scored, DiagnosticMap.UNCERTAINTY).asFloatBuffer().get(entropy);
      byte[] predicted = new byte[entropy.length];
      picture(scored, DiagnosticMap.ARGMAX).get(predicted);
      return new View(image, entropy, predicted);
    }

    private static ByteBuffer picture(ScoredBatch scored, DiagnosticMap picture) {
      return Objects.requireNonNull(scored.pictures().get(picture)).rewind();
    }
  }
}
