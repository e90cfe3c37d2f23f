package dev.flipside.scorer.metrics;

import com.google.errorprone.annotations.MustBeClosed;
import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.image.ImageFile;
import dev.flipside.scorer.image.RawImage;
import dev.flipside.scorer.inference.ExecutionProviders;
import dev.flipside.scorer.inference.ScoringSessions;
import dev.flipside.scorer.inference.SessionOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Predicts the class of every pixel of image files. Not thread-safe. */
public final class Predictor implements AutoCloseable {
  private final ScoringSessions sessions;
  private final PixelFormat format;
  private final @Nullable ImageSize resize;

  private Predictor(ScoringSessions sessions, PixelFormat format, @Nullable ImageSize resize) {
    this.sessions = sessions;
    this.format = format;
    this.resize = resize;
  }

  /**
   * Opens a model.
   *
   * @param resize size to which images are resized for the model, or null to keep their size
   */
  @MustBeClosed
  public static Predictor open(
      LoadedModel model, @Nullable ImageSize resize, SessionOptions options) {
    LoadedModel network =
        new LoadedModel(
            ExecutionProviders.choose(options).network(model.file()),
            model.card(),
            model.findings());
    return new Predictor(
        new ScoringSessions(size -> Evaluator.predictionGraph(network, size), options),
        model.card().input().pixels(),
        resize);
  }

  /**
   * Predicts an image.
   *
   * @return class IDs at the size of the file; resized with nearest neighbor
   */
  public LabelMap predict(Path file) {
    RawImage image = RawImage.read(file, resize, format);
    LabelMap predicted = Evaluator.predict(sessions.forImages(image.size()), image);
    return resize == null ? predicted : nearest(predicted, ImageFile.read(file, format).size());
  }

  private static LabelMap nearest(LabelMap labels, ImageSize size) {
    byte[] ids = new byte[Math.toIntExact(size.pixels())];
    int height = labels.size().height();
    int width = labels.size().width();
    for (int y = 0; y < size.height(); y++) {
      int row = (int) ((2L * y + 1) * height / (2L * size.height()));
      for (int x = 0; x < size.width(); x++) {
        int col = (int) ((2L * x + 1) * width / (2L * size.width()));
        ids[y * size.width() + x] = (byte) labels.id(row, col);
      }
    }
    return new LabelMap(size, ids);
  }

  @Override
  public void close() {
    sessions.close();
  }
}
