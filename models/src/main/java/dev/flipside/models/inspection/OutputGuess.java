package dev.flipside.models.inspection;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.OutputCard;
import dev.flipside.models.card.OutputMeaning;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.evidence.Findings;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.output.OutputActivation;
import dev.flipside.models.probe.ModelRunner;
import dev.flipside.models.shape.PartialTensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Infers the output section of a model card: the value with the scores, layout, number of classes
 * and meaning.
 */
final class OutputGuess {
  /**
   * Two sizes without a common side, multiples of 64. An axis with the same length for both is the
   * class axis.
   */
  private static final ImageSize SMALL = new ImageSize(192, 320);

  private static final ImageSize LARGE = new ImageSize(448, 704);

  private final OnnxModelFile file;
  private final String model;
  private final CardOverrides overrides;
  private final InputCard input;
  private final TensorInfo image;
  private final ShapeProbe probe;
  private final Findings findings;
  private final OutputChoice choice;

  /**
   * Properties of the scores.
   *
   * @param name name of the value
   * @param layout order of its axes
   * @param channels number of channels: classes with void, or one for a foreground; -1 if unknown
   * @param stride input pixels per output pixel, 0 if unknown
   * @param meaning kind of the scores
   * @param queryClasses value with the class logits of queries, null if there are none
   */
  record Scores(
      String name,
      TensorLayout layout,
      long channels,
      double stride,
      OutputMeaning meaning,
      @Nullable String queryClasses) {}

  OutputGuess(
      OnnxModelFile file,
      CardOverrides overrides,
      InputCard input,
      TensorInfo image,
      Findings findings) {
    this.file = file;
    this.model = file.name();
    this.overrides = overrides;
    this.input = input;
    this.image = image;
    this.findings = findings;
    this.probe = new ShapeProbe(model, file.proto(), image);
    this.choice = new OutputChoice(file, findings);
  }

  /**
   * Infers everything.
   *
   * @param runner runs the model once, null to do without
   */
  Scores guess(@Nullable ModelRunner runner) {
    List<String> candidates = choice.candidates();
    String named = overrides.output();
    if (named != null && !candidates.contains(named) && isComputed(named)) {
      candidates.add(named);
    }
    Observations observed = Observations.of(file, input, image, runner, candidates, findings);
    QueryOutputs queries = choice.queries(observed, overrides);
    boolean certain = overrides.outputMeaning() == OutputMeaning.QUERY_MASKS;
    if (queries != null && (overrides.outputMeaning() == null || certain)) {
      return combined(queries);
    }
    if (certain) {
      throw new FlipsideException(
          model
              + ": --output-meaning query-masks, but no output of "
              + TensorInfo.outputs(file.proto().getGraph())
              + " with the masks of queries, [N,Q,h,w], has one with their classes, [N,Q,C+1]; tell"
              + " another meaning, or export both");
    }
    OutputValue value = named == null ? choice.choose(observed) : choice.named(named, observed);
    if (!value.isOpen()) {
      findings.found(
          "output.name",
          value.name(),
          "the scores before "
              + value.hiddenBy()
              + ", which output "
              + value.declared().quoted()
              + " hides");
    }
    Scores shape = shape(value, OutputMeaning.LOGITS, observed);
    OutputMeaning meaning = overrides.outputMeaning();
    if (meaning != null) {
      meaning = told(value, meaning, shape.channels());
    } else if (shape.channels() == 1 && ClassMap.unnamed(1).equals(overrides.classes())) {
      findings.assume(
          "output.meaning",
          "logits",
          "there is one class, as told, so every score is 0; if the channel is the foreground of"
              + " two classes, give --classes 2");
      meaning = OutputMeaning.LOGITS;
    } else {
      requireMap(value, shape.layout(), observed.inputSize());
      int axis = shape.layout() == TensorLayout.NCHW ? 1 : 3;
      meaning =
          new MeaningGuess(
                  model, value, shape.channels(), observed.numbers(value.name(), axis), findings)
              .guess();
    }
    return new Scores(
        shape.name(), shape.layout(), shape.channels(), shape.stride(), meaning, null);
  }

  /** Infers the remaining properties of an output that a card specifies. */
  Scores known(OutputCard card) {
    Observations observed = Observations.of(file, input, image, null, List.of(), findings);
    String name = overrides.output() == null ? card.name() : overrides.output();
    OutputMeaning meaning =
        overrides.outputMeaning() == null ? card.meaning() : overrides.outputMeaning();
    if (meaning == OutputMeaning.QUERY_MASKS) {
      return new Scores(name, TensorLayout.NCHW, -1, 0, meaning, card.queryClasses());
    }
    OutputValue value = choice.named(name, observed);
    Scores shape = shape(value, meaning, observed);
    return new Scores(
        value.name(),
        shape.layout(),
        shape.channels(),
        shape.stride(),
        told(value, meaning, -1),
        null);
  }

  private Scores combined(QueryOutputs queries) {
    OutputValue masks = queries.masks();
    OutputValue classes = queries.classes();
    long[] dims = classes.dims();
    long count = dims == null ? -1 : dims[2] - 1;
    findings.found(
        "output.name",
        masks.name(),
        "masks of queries, with their classes in output " + classes.declared().quoted());
    findings.found(
        "output.meaning",
        "query-masks",
        "softmax of the classes times sigmoid of the masks, summed over the queries");
    findings.assume(
        "classes",
        Long.toString(count),
        "the last of "
            + (count + 1)
            + " classes of a query is taken for \"no object\"; otherwise combine the queries"
            + " before exporting");
    return new Scores(
        masks.name(), TensorLayout.NCHW, count, 0, OutputMeaning.QUERY_MASKS, classes.name());
  }

  /** Refuses pictures larger than the input, and a single vector for all of it. */
  private void requireMap(OutputValue value, TensorLayout layout, ImageSize image) {
    long[] seen = value.dims();
    if (seen == null || seen.length != 4) {
      return;
    }
    int rows = layout == TensorLayout.NCHW ? 2 : 1;
    boolean single = seen[rows] == 1 && seen[rows + 1] == 1 && image.height() > 1;
    if (single || (seen[rows] >= 2L * image.height() && seen[rows + 1] >= 2L * image.width())) {
      throw new FlipsideException(
          model
              + ": "
              + value.described()
              + " has "
              + seen[rows]
              + "x"
              + seen[rows + 1]
              + " pixels for an image of "
              + image
              + (single
                  ? ": it classifies the whole image"
                  : ": it is larger than the image, as an upscaled picture is")
              + "; if these are scores of pixels, tell it with --output-meaning, or choose another"
              + " output with --output");
    }
  }

  private boolean isComputed(String name) {
    return file.proto().getGraph().getNodeList().stream()
        .anyMatch(node -> node.getOutputList().contains(name));
  }

  private Scores shape(OutputValue value, OutputMeaning meaning, Observations observed) {
    long[] seen = value.dims() != null && value.dims().length == 4 ? value.dims() : null;
    TensorLayout layout = layout(value, observed);
    int classAxis = layout == TensorLayout.NCHW ? 1 : 3;
    int rows = layout == TensorLayout.NCHW ? 2 : 1;
    long channels = value.isOpen() ? value.declared().fixed(classAxis) : -1;
    if (seen != null && seen[classAxis] > 0) {
      channels = seen[classAxis];
      findings.found("classes", Long.toString(channels), "the layers give that many channels");
    } else if (channels > 0) {
      findings.found("classes", Long.toString(channels), "the output declares that many channels");
    }
    double stride = 0;
    if (seen != null && seen[rows] > 0) {
      stride = (double) observed.inputSize().height() / seen[rows];
      findings.found(
          "output.stride",
          stride == Math.rint(stride)
              ? Long.toString((long) stride)
              : String.format(Locale.ROOT, "%.3f", stride),
          "an image of " + observed.inputSize() + " gives " + Arrays.toString(seen));
    }
    return new Scores(value.name(), layout, channels, stride, meaning, null);
  }

  private TensorLayout layout(OutputValue value, Observations observed) {
    if (value.classAxis() > 0) {
      TensorLayout layout = value.classAxis() == 1 ? TensorLayout.NCHW : TensorLayout.NHWC;
      findings.found("output.layout", layout.name(), value.hiddenBy() + " reads that axis");
      return layout;
    }
    ImageSize small = input.size().only().orElse(SMALL);
    ImageSize large = input.size().only().orElse(LARGE);
    Optional<PartialTensor> first =
        probe.at(input.layout(), small).fact(value.name()).filter(fact -> fact.rank() == 4);
    Optional<PartialTensor> second =
        probe.at(input.layout(), large).fact(value.name()).filter(fact -> fact.rank() == 4);
    TensorLayout byShape = layoutOf(value, small, first.orElse(null), second.orElse(null));
    if (byShape != null) {
      return byShape;
    }
    long[] seen = value.dims();
    if (seen != null && seen.length == 4) {
      boolean channelsFirst = proportional(observed.inputSize(), seen[2], seen[3]);
      boolean channelsLast = proportional(observed.inputSize(), seen[1], seen[2]);
      if (channelsFirst != channelsLast) {
        TensorLayout layout = channelsFirst ? TensorLayout.NCHW : TensorLayout.NHWC;
        findings.found(
            "output.layout",
            layout.name(),
            "an image of " + observed.inputSize() + " gives " + Arrays.toString(seen));
        return layout;
      }
    }
    findings.assume(
        "output.layout", input.layout().name(), "same as the input; override it in a model card");
    return input.layout();
  }

  private @Nullable TensorLayout layoutOf(
      OutputValue value,
      ImageSize size,
      @Nullable PartialTensor small,
      @Nullable PartialTensor large) {
    if (small != null && large != null) {
      long[] a = small.dims();
      long[] b = large.dims();
      boolean first;
      boolean last;
      if (input.size().only().isPresent()) {
        first = proportional(size, a[2], a[3]);
        last = proportional(size, a[1], a[2]);
      } else {
        first = a[1] == b[1] && a[1] > 0 && a[2] != b[2] && a[3] != b[3];
        last = a[3] == b[3] && a[3] > 0 && a[1] != b[1] && a[2] != b[2];
      }
      if (first != last) {
        TensorLayout layout = first ? TensorLayout.NCHW : TensorLayout.NHWC;
        findings.found("output.layout", layout.name(), "an image of " + size + " gives " + small);
        return layout;
      }
    }
    if (small != null && (small.dims()[1] > 0) != (small.dims()[3] > 0)) {
      TensorLayout layout = small.dims()[1] > 0 ? TensorLayout.NCHW : TensorLayout.NHWC;
      findings.found("output.layout", layout.name(), "the layers fix that axis alone");
      return layout;
    }
    TensorInfo output = value.declared();
    if (value.isOpen() && (output.fixed(1) > 0) != (output.fixed(3) > 0)) {
      TensorLayout layout = output.fixed(1) > 0 ? TensorLayout.NCHW : TensorLayout.NHWC;
      findings.found("output.layout", layout.name(), "the declared shape fixes that axis alone");
      return layout;
    }
    return null;
  }

  private static boolean proportional(ImageSize size, long rows, long cols) {
    return rows > 0
        && cols > 0
        && rows <= 2L * size.height()
        && Math.abs((double) size.height() / rows - (double) size.width() / cols)
            <= 0.2 * size.height() / rows
        && rows > 1;
  }

  /**
   * Accepts the specified meaning, because inference may miss an activation, but reports a
   * contradiction.
   *
   * @param channels number of channels, -1 if unknown or not to be considered
   */
  private OutputMeaning told(OutputValue value, OutputMeaning told, long channels) {
    OutputMeaning meaning = channels == 1 ? foreground(told) : told;
    OutputActivation tail = value.activation();
    boolean normalized =
        meaning != OutputMeaning.LOGITS
            && meaning != OutputMeaning.LOG_PROBABILITIES
            && meaning != OutputMeaning.FOREGROUND_LOGIT;
    boolean same =
        switch (tail.kind()) {
          case PROBABILITIES, SIGMOID, COMBINED_QUERIES -> normalized;
          case QUOTIENT, UNKNOWN, FUNCTION, PRODUCT -> true;
          default -> !normalized;
        };
    if (!same) {
      findings.assume(
          "output.meaning",
          MeaningGuess.word(meaning),
          "specified, although "
              + (normalized
                  ? "no softmax was found before the output"
                  : "the graph ends in " + tail.node()));
    }
    return meaning;
  }

  private OutputMeaning foreground(OutputMeaning told) {
    return switch (told) {
      case LOGITS -> OutputMeaning.FOREGROUND_LOGIT;
      case PROBABILITIES, SIGMOID -> OutputMeaning.FOREGROUND_PROBABILITY;
      case LOG_PROBABILITIES ->
          throw new FlipsideException(
              model
                  + ": a single channel of log-probabilities, expected --output-meaning"
                  + " foreground-probability or foreground-logit");
      default -> told;
    };
  }
}
