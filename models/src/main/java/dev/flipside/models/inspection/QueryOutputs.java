package dev.flipside.models.inspection;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.output.OutputActivation;
import dev.flipside.models.probe.ScoreNumbers;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The outputs of a network that classifies queries: one has a mask for each query, the other the
 * scores of its classes. Neither holds scores of classes at pixels.
 *
 * @param masks mask logits, {@code [N,Q,h,w]}
 * @param classes class logits, {@code [N,Q,C+1]}
 */
record QueryOutputs(OutputValue masks, OutputValue classes) {
  private static final int BOX = 4;
  private static final List<String> HIDDEN =
      List.of("hidden", "state", "attention", "feature", "embedding", "aux");

  /**
   * Finds mask classification among the outputs of a model.
   *
   * @return null if there is none
   * @throws FlipsideException if the outputs are those of a detector, whose masks belong to objects
   */
  static @Nullable QueryOutputs among(
      String model, List<OutputValue> values, Observations observed) {
    for (OutputValue masks : values) {
      long[] dims = masks.dims();
      if (dims == null || dims.length != 4) {
        continue;
      }
      for (OutputValue classes : values) {
        long[] rows = classes.dims();
        if (rows == null || rows.length != 3 || isBeside(classes)) {
          continue;
        }
        boolean boxes =
            values.stream()
                .filter(each -> !each.name().equals(classes.name()))
                .anyMatch(each -> isBoxes(each, rows[1]));
        if (rows[1] == dims[1] && !isBoxes(classes, rows[1]) && fits(masks, classes)) {
          if (boxes) {
            throw instances(model, masks, classes);
          }
          requireLogits(model, masks, classes, observed);
          return new QueryOutputs(masks, classes);
        }
        long coefficients = dims[1];
        if (Math.max(rows[1], rows[2]) > coefficients
            && Math.min(rows[1], rows[2]) > coefficients + BOX
            && !isNamedScores(masks)) {
          throw instances(model, masks, classes);
        }
      }
    }
    return null;
  }

  private static boolean fits(OutputValue masks, OutputValue classes) {
    String mask = masks.name().toLowerCase(Locale.ROOT);
    String scores = classes.name().toLowerCase(Locale.ROOT);
    return masks.activation().kind() == OutputActivation.Kind.PRODUCT
        || mask.contains("quer")
        || (mask.contains("mask") && (scores.contains("class") || scores.contains("logit")));
  }

  private static boolean isBoxes(OutputValue value, long queries) {
    long[] dims = value.dims();
    return dims != null && dims.length == 3 && dims[1] == queries && dims[2] == BOX;
  }

  private static boolean isBeside(OutputValue value) {
    String name = value.name().toLowerCase(Locale.ROOT);
    return HIDDEN.stream().anyMatch(name::contains);
  }

  private static boolean isNamedScores(OutputValue value) {
    String name = value.name().toLowerCase(Locale.ROOT);
    return name.equals("logits") || name.equals("out") || name.contains("sem_seg");
  }

  private static void requireLogits(
      String model, OutputValue masks, OutputValue classes, Observations observed) {
    boolean raw =
        observed
                .numbers(masks.name(), 1)
                .map(each -> each.kind() != ScoreNumbers.Kind.UNIT)
                .orElse(true)
            && observed
                .numbers(classes.name(), 2)
                .map(each -> each.kind() != ScoreNumbers.Kind.DISTRIBUTION)
                .orElse(true)
            && masks.activation().kind() != OutputActivation.Kind.SIGMOID
            && classes.activation().kind() != OutputActivation.Kind.PROBABILITIES;
    if (!raw) {
      throw new FlipsideException(
          model
              + ": outputs "
              + masks.declared()
              + " and "
              + classes.declared()
              + " are masks and classes of queries after an activation, expected their logits;"
              + " queries are no classes; export the logits of both, or the scores of every class"
              + " at every pixel");
    }
  }

  private static FlipsideException instances(String model, OutputValue masks, OutputValue others) {
    return new FlipsideException(
        model
            + ": output "
            + masks.declared()
            + " holds masks or prototypes of objects, combined by "
            + others.declared()
            + ": instance segmentation, no scores of classes at pixels; use a semantic segmentation"
            + " model, or name an output with scores of every class with --output NAME");
  }
}
