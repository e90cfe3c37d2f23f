package dev.flipside.models.probe;

import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.SizeRule;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.scoring.ObservedModel;
import dev.flipside.models.scoring.ScoringGraph;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a model computes for the probe image.
 *
 * @param input size of the input that the model was given
 * @param values observed values by name
 */
public record ModelProbe(ImageSize input, Map<String, TensorValues> values) {
  /** Small, so that a probe takes little time, with sides of different lengths. */
  private static final ImageSize SMALL = new ImageSize(128, 192);

  /** For models that need larger images than {@link #SMALL}. */
  private static final ImageSize LARGE = new ImageSize(512, 640);

  private static final long MOST_PIXELS = 1L << 24;

  public ModelProbe {
    values = Map.copyOf(values);
  }

  /**
   * Runs a model once, at a small size if it takes any.
   *
   * @param batch number of images that the model takes at once
   * @param values names of the values to observe
   * @throws FlipsideException if the model cannot be run, neither on a small image nor on a large
   *     one
   */
  public static ModelProbe run(
      ModelRunner runner, OnnxModelFile model, InputCard input, int batch, List<String> values) {
    try {
      return run(runner, model, input, batch, values, input.size().accepted(SMALL));
    } catch (FlipsideException e) {
      ImageSize large = input.size().accepted(LARGE);
      if (large.equals(input.size().accepted(SMALL))) {
        throw e;
      }
      return run(runner, model, input, batch, values, large);
    }
  }

  private static ModelProbe run(
      ModelRunner runner,
      OnnxModelFile model,
      InputCard input,
      int batch,
      List<String> values,
      ImageSize size) {
    if (batch * size.pixels() > MOST_PIXELS) {
      throw new FlipsideException(
          model.name()
              + ": a trial run needs "
              + batch
              + " images of "
              + size
              + ", expected at most "
              + MOST_PIXELS
              + " px");
    }
    InputCard exact = input.withSize(SizeRule.FREE);
    ObservedModel network = ObservedModel.of(model, exact, batch, size, values);
    int channels = input.pixels().channels();
    long[] shape = {batch, size.height(), size.width(), channels};
    Map<String, TensorValues> results =
        runner.run(
            network.proto(), ScoringGraph.INPUT, ProbeImage.of(batch, size, channels), shape);
    Map<String, TensorValues> named = new HashMap<>();
    for (int i = 0; i < values.size(); i++) {
      TensorValues result = results.get(ObservedModel.output(i));
      if (result != null) {
        named.put(values.get(i), result);
      }
    }
    return new ModelProbe(size, named);
  }

  /** Returns an observed value, or empty if it was not observed. */
  public Optional<TensorValues> value(String name) {
    return Optional.ofNullable(values.get(name));
  }
}
