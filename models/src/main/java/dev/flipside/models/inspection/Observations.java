package dev.flipside.models.inspection;

import dev.flipside.models.card.InputCard;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.evidence.Findings;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.probe.ModelProbe;
import dev.flipside.models.probe.ModelRunner;
import dev.flipside.models.probe.ScoreNumbers;
import dev.flipside.models.probe.TensorValues;
import dev.flipside.models.shape.PartialTensor;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Shapes and numbers of the values of a model: measured in one run, else inferred. */
final class Observations {
  private static final ImageSize SMALL = new ImageSize(192, 320);
  private static final int SCORE_AXES = 4;

  private final InputCard input;
  private final ShapeProbe shapes;
  private final @Nullable ModelProbe run;

  private Observations(InputCard input, ShapeProbe shapes, @Nullable ModelProbe run) {
    this.input = input;
    this.shapes = shapes;
    this.run = run;
  }

  /**
   * Runs a model once. If it cannot be run, this is reported as a finding, and shapes are inferred.
   *
   * @param runner null to infer shapes only
   * @param values names of the values to observe
   */
  static Observations of(
      OnnxModelFile model,
      InputCard input,
      TensorInfo image,
      @Nullable ModelRunner runner,
      List<String> values,
      Findings findings) {
    ShapeProbe shapes = new ShapeProbe(model.name(), model.proto(), image);
    ModelProbe run = null;
    if (runner != null) {
      try {
        int batch = (int) Math.max(1, image.fixed(0));
        run = ModelProbe.run(runner, model, input, batch, values);
      } catch (FlipsideException e) {
        findings.assume(
            "numbers", "unknown", "the model could not be run on a picture: " + e.getMessage());
      }
    }
    return new Observations(input, shapes, run);
  }

  /** Returns the shape of a value for {@link #inputSize}, or null if it is unknown. */
  long @Nullable [] dims(String value) {
    if (run != null && run.value(value).isPresent()) {
      return run.value(value).get().dims();
    }
    return shapes.at(input.layout(), inputSize()).fact(value).map(PartialTensor::dims).orElse(null);
  }

  /** Returns the size of the input that the shapes belong to. */
  ImageSize inputSize() {
    return run != null ? run.input() : input.size().only().orElse(SMALL);
  }

  /** Returns what the numbers of a value have in common, or empty if they were not measured. */
  Optional<ScoreNumbers> numbers(String value, int classAxis) {
    if (run == null) {
      return Optional.empty();
    }
    return run.value(value)
        .filter(each -> each.rank() == SCORE_AXES || each.rank() == SCORE_AXES - 1)
        .filter(each -> each.values().length > 0)
        .map((TensorValues each) -> ScoreNumbers.of(each, classAxis));
  }
}
