package dev.flipside.models.inspection;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.OutputMeaning;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.output.OutputActivation;
import dev.flipside.models.probe.ScoreNumbers;
import java.util.ArrayList;
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
      List.of("hidden", "state", "attention", "feature", "embedding", "token", "aux");

  /**
   * Finds mask classification among the outputs of a model.
   *
   * @param told what the user says
   * @return null if there is none
   * @throws FlipsideException if the outputs are those of a detector, whose masks belong to
   *     objects, or if it is not clear which outputs belong together
   */
  static @Nullable QueryOutputs among(
      String model, List<OutputValue> values, Observations observed, CardOverrides told) {
    boolean certain = told.outputMeaning() == OutputMeaning.QUERY_MASKS;
    List<QueryOutputs> pairs =
        pairs(values).stream()
            .filter(each -> told.output() == null || told.output().equals(each.masks.name()))
            .toList();
    List<QueryOutputs> named = pairs.stream().filter(QueryOutputs::isNamed).toList();
    List<QueryOutputs> found = certain && named.isEmpty() ? pairs : named;
    if (told.output() == null && !certain) {
      refuseObjects(model, values);
      found.stream()
          .filter(each -> hasBoxes(values, each))
          .forEach(
              each -> {
                throw instances(model, each.masks, each.classes);
              });
    }
    if (told.outputMeaning() != null && !certain) {
      return null;
    }
    boolean open = told.output() == null && found.isEmpty();
    if (found.size() > 1 || (open && pairs.stream().anyMatch(QueryOutputs::isProduct))) {
      throw new FlipsideException(
          model
              + ": outputs "
              + values.stream().map(OutputValue::declared).toList()
              + " may hold masks and classes of queries, but not clearly a single pair; tell with"
              + " --output NAME the one with the masks or the scores, and with --output-meaning"
              + " query-masks or logits what it holds");
    }
    if (found.isEmpty()) {
      return null;
    }
    requireLogits(model, found.get(0).masks, found.get(0).classes, observed);
    return found.get(0);
  }

  /** Returns outputs with as many rows as another one has channels. */
  private static List<QueryOutputs> pairs(List<OutputValue> values) {
    List<QueryOutputs> pairs = new ArrayList<>();
    for (OutputValue masks : values) {
      for (OutputValue classes : values) {
        long[] dims = masks.dims();
        long[] rows = classes.dims();
        boolean shaped =
            dims != null
                && rows != null
                && dims.length == 4
                && rows.length == 3
                && rows[1] == dims[1];
        if (shaped && !isBeside(masks) && !isBeside(classes) && !isBoxes(classes, values)) {
          pairs.add(new QueryOutputs(masks, classes));
        }
      }
    }
    return pairs;
  }

  /** Refuses prototypes of masks beside detections that have coefficients for them. */
  private static void refuseObjects(String model, List<OutputValue> values) {
    for (OutputValue masks : values) {
      for (OutputValue others : values) {
        long[] dims = masks.dims();
        long[] rows = others.dims();
        boolean objects =
            dims != null
                && rows != null
                && dims.length == 4
                && rows.length == 3
                && Math.min(rows[1], rows[2]) > dims[1] + BOX
                && !(rows[1] == dims[2] && rows[2] == dims[3]);
        if (objects && !isBeside(others) && !isNamedScores(masks)) {
          throw instances(model, masks, others);
        }
      }
    }
  }

  private boolean isProduct() {
    return masks.activation().kind() == OutputActivation.Kind.PRODUCT;
  }

  private boolean isNamed() {
    String mask = masks.name().toLowerCase(Locale.ROOT);
    return mask.contains("quer") || (mask.contains("mask") && isNamedClasses(classes));
  }

  private static boolean isNamedClasses(OutputValue value) {
    String name = value.name().toLowerCase(Locale.ROOT);
    return name.contains("class") || name.contains("logit");
  }

  private static boolean hasBoxes(List<OutputValue> values, QueryOutputs pair) {
    long[] rows = pair.classes.dims();
    return rows != null
        && values.stream()
            .filter(each -> isBoxes(each, values))
            .map(OutputValue::dims)
            .anyMatch(each -> each != null && each[1] == rows[1]);
  }

  /** Returns whether a value has four numbers for each object that are no scores of classes. */
  private static boolean isBoxes(OutputValue value, List<OutputValue> values) {
    long[] dims = value.dims();
    if (dims == null || dims.length != 3 || dims[2] != BOX || isNamedClasses(value)) {
      return false;
    }
    boolean others =
        values.stream()
            .filter(each -> !each.name().equals(value.name()))
            .map(OutputValue::dims)
            .anyMatch(each -> each != null && each.length == 3 && each[1] == dims[1]);
    return others
        || value.activation().kind() == OutputActivation.Kind.SIGMOID
        || value.name().toLowerCase(Locale.ROOT).contains("box");
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
