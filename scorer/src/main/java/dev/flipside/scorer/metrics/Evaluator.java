package dev.flipside.scorer.metrics;

import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.scoring.DiagnosticMap;
import dev.flipside.models.scoring.ScoringGraph;
import dev.flipside.models.scoring.ScoringRequest;
import dev.flipside.models.scoring.ScoringSpec;
import dev.flipside.scorer.image.ImageException;
import dev.flipside.scorer.image.ImageFile;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.image.LabelReader;
import dev.flipside.scorer.image.RawImage;
import dev.flipside.scorer.inference.ExecutionProviders;
import dev.flipside.scorer.inference.ScoredBatch;
import dev.flipside.scorer.inference.ScoringSession;
import dev.flipside.scorer.inference.ScoringSessions;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pool.LabelledImage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares the predictions of a model with labels. */
public final class Evaluator {
  private Evaluator() {}

  /**
   * Predicts every image and compares it with its label.
   *
   * @param encoding what the values in the labels mean; with as many classes as the model
   * @param resize size to which images and labels are resized first, or null to keep their size
   * @throws FlipsideException if the number of classes differs, a file cannot be read, a label has
   *     another size than its image, or inference fails
   */
  public static SegmentationMetrics evaluate(
      LoadedModel model,
      List<LabelledImage> images,
      LabelEncoding encoding,
      @Nullable ImageSize resize,
      SessionOptions options,
      Progress progress) {
    ClassMap classes = encoding.classes();
    int predicted = model.card().classes().count();
    if (predicted != classes.count()) {
      throw new FlipsideException(
          model.file().name()
              + ": predicts "
              + predicted
              + " classes, the class map of the labels names "
              + classes.count()
              + "; give --classes a map that fits the model");
    }
    LoadedModel network =
        new LoadedModel(
            ExecutionProviders.choose(options).network(model.file()),
            model.card(),
            model.findings());
    ConfusionMatrix confusion = new ConfusionMatrix(classes.count());
    try (ScoringSessions sessions =
        new ScoringSessions(size -> predictionGraph(network, size), options)) {
      PixelFormat format = model.card().input().pixels();
      int done = 0;
      for (LabelledImage each : images) {
        RawImage image = RawImage.read(each.image().file(), resize, format);
        LabelMap truth = LabelReader.read(each.label(), encoding, resize);
        if (resize == null) {
          requireSameSize(each, image.size(), truth.size());
        } else {
          // Once resized, nothing would show a label of another image.
          requireSameSize(
              each,
              ImageFile.read(each.image().file(), format).size(),
              ImageReader.probe(each.label()));
        }
        confusion.add(truth, predict(sessions.forImages(image.size()), image));
        done++;
        progress.advance(
            done,
            images.size(),
            String.format(Locale.ROOT, "mIoU %.4f so far", confusion.metrics().miou()));
      }
    }
    return confusion.metrics();
  }

  /**
   * Returns the most likely class of every pixel of an image.
   *
   * @param session session opened with {@link DiagnosticMap#ARGMAX}, batch size 1, for images of
   *     this size
   */
  public static LabelMap predict(ScoringSession session, RawImage image) {
    ScoredBatch batch = session.runWithPictures(image.pixels());
    ByteBuffer ids = batch.pictures().get(DiagnosticMap.ARGMAX);
    if (ids == null) {
      throw new IllegalArgumentException("the session was opened without the picture ARGMAX");
    }
    byte[] copy = new byte[ids.limit()];
    ids.get(0, copy);
    return new LabelMap(image.size(), copy);
  }

  /** Returns the graph that {@link #predict} needs for an image size. */
  public static ScoringGraph predictionGraph(LoadedModel model, ImageSize size) {
    RegionGrid whole = new RegionGrid(size, size.height(), size.width());
    return ScoringGraph.graft(
        model.file(),
        model.card(),
        new ScoringRequest(whole, 1, ScoringSpec.ENTROPY, Set.of(DiagnosticMap.ARGMAX)));
  }

  private static void requireSameSize(LabelledImage each, ImageSize image, ImageSize label) {
    if (!label.equals(image)) {
      throw new ImageException(
          each.label()
              + ": a label of "
              + label
              + " px for an image of "
              + image
              + " px ("
              + each.image().id()
              + "), expected the same size");
    }
  }
}
