package dev.flipside.models.inspection;

import dev.flipside.models.card.OutputMeaning;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.evidence.FindingSource;
import dev.flipside.models.evidence.Findings;
import dev.flipside.models.output.OutputActivation;
import dev.flipside.models.probe.ScoreNumbers;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides what the scores of a value are, from what the graph computes last and from its numbers.
 * If both disagree, or neither tells, the user is asked.
 */
final class MeaningGuess {
  /** Names of maps that are no scores of classes. */
  private static final Pattern OTHER_MAPS =
      Pattern.compile(
          "depth|dispar|height|distance|last_hidden_state"
              + "|(?<![a-z])(normals|flow|heat_?maps?|features?|embeddings?|edges?)(?![a-z])",
          Pattern.CASE_INSENSITIVE);

  private static final double ONE = 1e-3;

  private final String model;
  private final OutputValue value;
  private final long channels;
  private final Optional<ScoreNumbers> numbers;
  private final Findings findings;

  /**
   * Creates a decision.
   *
   * @param channels number of channels, -1 if unknown
   * @param numbers numbers of the value, empty if not measured
   */
  MeaningGuess(
      String model,
      OutputValue value,
      long channels,
      Optional<ScoreNumbers> numbers,
      Findings findings) {
    this.model = model;
    this.value = value;
    this.channels = channels;
    this.numbers = numbers;
    this.findings = findings;
  }

  /**
   * Decides.
   *
   * @throws FlipsideException if the user must be asked
   */
  OutputMeaning guess() {
    return channels == 1 ? foreground() : ofClasses();
  }

  private OutputMeaning ofClasses() {
    OutputActivation.Kind last = value.activation().kind();
    ScoreNumbers.Kind kind = measured();
    return switch (last) {
      case LINEAR -> ofLayer(kind);
      case PROBABILITIES -> {
        if (kind != null && !confirmsProbabilities(kind)) {
          throw question("the graph ends in " + value.activation().node());
        }
        yield found(OutputMeaning.PROBABILITIES);
      }
      case LOG_PROBABILITIES -> {
        if (value.isRounded() || (kind != null && kind != ScoreNumbers.Kind.LOG_DISTRIBUTION)) {
          throw question("the graph ends in " + value.activation().node());
        }
        yield found(OutputMeaning.LOG_PROBABILITIES);
      }
      case SIGMOID -> {
        if (kind == ScoreNumbers.Kind.DISTRIBUTION) {
          yield byNumbers(OutputMeaning.PROBABILITIES);
        }
        if (kind != null
            && kind != ScoreNumbers.Kind.UNIT
            && kind != ScoreNumbers.Kind.ZERO_OR_ONE) {
          throw question("the graph ends in " + value.activation().node());
        }
        findings.assume(
            "output.meaning",
            "sigmoid",
            "the graph ends in "
                + value.activation().node()
                + ": an independent probability for every class (multi-label), scored by the mean"
                + " entropy of the classes; for one class per pixel give --output-meaning"
                + " probabilities");
        yield OutputMeaning.SIGMOID;
      }
      case COMBINED_QUERIES -> {
        if (kind != null
            && kind != ScoreNumbers.Kind.UNIT
            && kind != ScoreNumbers.Kind.NOT_NEGATIVE
            && kind != ScoreNumbers.Kind.DISTRIBUTION
            && kind != ScoreNumbers.Kind.SCALED_DISTRIBUTION) {
          throw question("the graph ends in " + value.activation().node());
        }
        findings.assume(
            "output.meaning",
            "probabilities",
            "queries combined by "
                + value.activation().node()
                + ", normalized over the classes; if the last one is \"no object\", give"
                + " --void-channel "
                + (channels - 1));
        yield OutputMeaning.PROBABILITIES;
      }
      default -> ofNumbers(kind);
    };
  }

  /**
   * Returns whether numbers are those of probabilities. A sum that is not 1 needs a reason in the
   * graph: otherwise the softmax was over another axis, or over groups of the channels.
   */
  private boolean confirmsProbabilities(ScoreNumbers.Kind kind) {
    return switch (kind) {
      case DISTRIBUTION, OVERSHOOTING_DISTRIBUTION -> true;
      case ZERO_OR_ONE -> numbers.filter(each -> Math.abs(each.sum() - 1) < ONE).isPresent();
      case SCALED_DISTRIBUTION -> value.activation().scaled() || value.isRounded();
      default -> false;
    };
  }

  /** Returns whether numbers have both signs, as those of a layer have. */
  private static boolean hasBothSigns(ScoreNumbers.@Nullable Kind kind) {
    return kind == null
        || switch (kind) {
          case UNIT, ZERO_OR_ONE, NOT_NEGATIVE, DISTRIBUTION, SCALED_DISTRIBUTION -> false;
          default -> true;
        };
  }

  private OutputMeaning ofLayer(ScoreNumbers.@Nullable Kind kind) {
    if (value.isThresholded()) {
      throw question(value.hiddenBy() + " decides on each class by itself");
    }
    if (value.isRounded()) {
      throw question("no softmax was found before " + value.hiddenBy());
    }
    if (!hasBothSigns(kind)) {
      throw question("the graph ends in the layer " + value.activation().node());
    }
    requireNoOtherMap();
    findings.found(
        "output.meaning", "logits", "the graph ends in the layer " + value.activation().node());
    return OutputMeaning.LOGITS;
  }

  /** Decides for a graph whose last nodes do not tell. */
  private OutputMeaning ofNumbers(ScoreNumbers.@Nullable Kind kind) {
    OutputActivation.Kind last = value.activation().kind();
    boolean open = last == OutputActivation.Kind.UNKNOWN;
    if (kind == ScoreNumbers.Kind.DISTRIBUTION) {
      return byNumbers(OutputMeaning.PROBABILITIES);
    }
    if (kind == ScoreNumbers.Kind.LOG_DISTRIBUTION) {
      return byNumbers(OutputMeaning.LOG_PROBABILITIES);
    }
    if (kind == ScoreNumbers.Kind.FREE
        && value.declared().name().toLowerCase(Locale.ROOT).contains("logit")) {
      findings.found("output.meaning", "logits", "the name of the output, and numbers of any sum");
      return OutputMeaning.LOGITS;
    }
    boolean free = kind == null || kind == ScoreNumbers.Kind.FREE;
    if (!open || !free) {
      throw question(
          value.activation().node().isEmpty()
              ? "the last nodes of the graph do not tell"
              : "the graph ends in " + value.activation().node());
    }
    requireNoOtherMap();
    findings.assume(
        "output.meaning", "logits", "no softmax before the output; override with --output-meaning");
    return OutputMeaning.LOGITS;
  }

  /** A layer may compute anything, so its name counts. */
  private void requireNoOtherMap() {
    if (value.isOpen() && isOtherMap()) {
      throw question("it has the name of another map than scores of classes");
    }
  }

  private boolean isOtherMap() {
    return OTHER_MAPS.matcher(value.declared().name()).find();
  }

  private OutputMeaning foreground() {
    OutputActivation.Kind last = value.activation().kind();
    ScoreNumbers.Kind kind = measured();
    boolean unit =
        kind == null || kind == ScoreNumbers.Kind.UNIT || kind == ScoreNumbers.Kind.ZERO_OR_ONE;
    boolean probability =
        last == OutputActivation.Kind.SIGMOID || last == OutputActivation.Kind.PROBABILITIES;
    boolean other = isOtherMap();
    if (probability && unit && !other) {
      assumeForeground("foreground-probability", "the graph ends in " + value.activation().node());
      return OutputMeaning.FOREGROUND_PROBABILITY;
    }
    boolean plain =
        (last == OutputActivation.Kind.LINEAR && hasBothSigns(kind))
            || (last == OutputActivation.Kind.UNKNOWN && kind == ScoreNumbers.Kind.FREE);
    if (plain && !other) {
      assumeForeground("foreground-logit", "no sigmoid before the output");
      return OutputMeaning.FOREGROUND_LOGIT;
    }
    throw new FlipsideException(
        model
            + ": "
            + value.described()
            + " has a single channel that is neither the probability nor the logit of a"
            + " foreground: the graph ends in "
            + value.activation().node()
            + numbers.map(each -> ", " + each.sentence()).orElse("")
            + "; tell what it is with --output-meaning foreground-probability or foreground-logit,"
            + " or choose another output with --output");
  }

  private void assumeForeground(String meaning, String reason) {
    findings.assume(
        "output.meaning",
        meaning,
        reason
            + ": a single channel is taken for the foreground of two classes, background and"
            + " foreground");
  }

  private OutputMeaning found(OutputMeaning meaning) {
    findings.found(
        "output.meaning", word(meaning), "the graph ends in " + value.activation().node());
    return byNumbersIfMeasured(meaning);
  }

  private OutputMeaning byNumbersIfMeasured(OutputMeaning meaning) {
    ScoreNumbers.Kind kind = measured();
    return kind == null ? meaning : byNumbers(meaning);
  }

  private OutputMeaning byNumbers(OutputMeaning meaning) {
    findings.add(
        "output.meaning",
        word(meaning),
        FindingSource.NUMBERS,
        numbers.map(ScoreNumbers::sentence).orElse(""));
    return meaning;
  }

  /**
   * Returns the kind of the numbers, or null if they were not measured, are not finite, or the
   * network gives the same for every pixel, as one without weights does.
   */
  private ScoreNumbers.@Nullable Kind measured() {
    OutputActivation.Kind last = value.activation().kind();
    boolean tells =
        last != OutputActivation.Kind.LINEAR
            && last != OutputActivation.Kind.SIGMOID
            && last != OutputActivation.Kind.UNKNOWN;
    return numbers
        .filter(each -> tells || !each.constant())
        .map(ScoreNumbers::kind)
        .filter(each -> each != ScoreNumbers.Kind.NOT_FINITE)
        .orElse(null);
  }

  private FlipsideException question(String graph) {
    return new FlipsideException(
        model
            + ": "
            + value.described()
            + ": what its numbers are is not clear: "
            + graph
            + numbers.map(each -> ", but " + each.sentence()).orElse("")
            + "; tell it with --output-meaning logits, probabilities, log-probabilities or sigmoid,"
            + " or name an inner value of the graph that holds the scores with --output NAME");
  }

  static String word(OutputMeaning meaning) {
    return meaning.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
