package dev.flipside.models.inspection;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.OutputMeaning;
import dev.flipside.models.card.SizeRule;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.shape.PartialTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Infers the output section of a model card: score output, layout, number of classes and meaning.
 */
final class OutputGuess {
  /** Common names of the main output. */
  private static final List<String> MAIN =
      List.of(
          "out",
          "output",
          "logits",
          "pred",
          "prediction",
          "seg",
          "segmentation",
          "sem_seg",
          "main");

  /** Words in the names of auxiliary outputs. */
  private static final List<String> BESIDE =
      List.of("aux", "feat", "feature", "features", "embedding", "embeddings", "boundary", "edge");

  private static final Pattern WORDS = Pattern.compile("[^\\p{Alnum}]+");

  private static final Set<Integer> FLOATING = Set.of(1, 10, 11);
  private static final int BFLOAT16 = 16;

  /**
   * Two sizes without a common side, multiples of 64. An axis with the same length for both is the
   * class axis.
   */
  private static final ImageSize SMALL = new ImageSize(192, 320);

  private static final ImageSize LARGE = new ImageSize(448, 704);

  private final String model;
  private final ModelProto proto;
  private final CardOverrides overrides;
  private final InputCard input;
  private final Probe probe;
  private final List<Guess> guesses;

  /**
   * Properties of the score output.
   *
   * @param name name of the output
   * @param layout order of its axes
   * @param channels length of the class axis, -1 if unknown
   * @param stride input pixels per output pixel, 0 if unknown
   * @param meaning kind of the scores
   */
  record Scores(
      String name, TensorLayout layout, long channels, double stride, OutputMeaning meaning) {}

  OutputGuess(
      String model,
      ModelProto proto,
      CardOverrides overrides,
      InputCard input,
      TensorInfo image,
      List<Guess> guesses) {
    this.model = model;
    this.proto = proto;
    this.overrides = overrides;
    this.input = input;
    this.guesses = guesses;
    this.probe = new Probe(model, proto, image);
  }

  Scores guess() {
    TensorInfo output = output();
    return scores(output, meaning(output));
  }

  /** Infers the remaining properties of an output that a card or the user specifies. */
  Scores known(String name, OutputMeaning meaning) {
    TensorInfo output = named(name);
    return scores(output, told(output, meaning));
  }

  private Scores scores(TensorInfo output, OutputMeaning meaning) {
    ImageSize small = input.size() instanceof SizeRule.Fixed fixed ? fixed.size() : SMALL;
    ImageSize large = input.size() instanceof SizeRule.Fixed fixed ? fixed.size() : LARGE;
    Optional<PartialTensor> first =
        probe.at(input.layout(), small).fact(output.name()).filter(fact -> fact.rank() == 4);
    Optional<PartialTensor> second =
        probe.at(input.layout(), large).fact(output.name()).filter(fact -> fact.rank() == 4);
    TensorLayout layout = layout(output, small, first.orElse(null), second.orElse(null));
    int classAxis = layout == TensorLayout.NCHW ? 1 : 3;
    int rows = layout == TensorLayout.NCHW ? 2 : 1;
    long channels = output.fixed(classAxis);
    if (first.isPresent() && first.get().dims()[classAxis] > 0) {
      channels = first.get().dims()[classAxis];
      found("classes", Long.toString(channels), "the layers give that many channels");
    } else if (channels > 0) {
      found("classes", Long.toString(channels), "the output declares that many channels");
    }
    double stride = 0;
    if (first.isPresent() && first.get().dims()[rows] > 0) {
      stride = (double) small.height() / first.get().dims()[rows];
      found(
          "output.stride",
          stride == Math.rint(stride)
              ? Long.toString((long) stride)
              : String.format(Locale.ROOT, "%.3f", stride),
          "an image of " + small + " gives " + first.get());
    }
    return new Scores(output.name(), layout, channels, stride, meaning);
  }

  private TensorInfo named(String name) {
    List<TensorInfo> outputs = TensorInfo.outputs(proto.getGraph());
    TensorInfo output =
        outputs.stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new FlipsideException(
                        model
                            + ": no output \""
                            + name
                            + "\", expected one of "
                            + outputs
                            + "; give it with --output NAME"));
    requireScores(output);
    return output;
  }

  private TensorInfo output() {
    if (overrides.output() != null) {
      return named(overrides.output());
    }
    List<TensorInfo> outputs = TensorInfo.outputs(proto.getGraph());
    if (outputs.size() == 1) {
      requireScores(outputs.get(0));
      return outputs.get(0);
    }
    List<TensorInfo> candidates = new ArrayList<>();
    for (TensorInfo each : outputs) {
      if (refusal(each) == null) {
        candidates.add(each);
      }
    }
    if (candidates.size() == 1) {
      found("output.name", candidates.get(0).name(), "the only output with scores of classes");
      return candidates.get(0);
    }
    for (String main : MAIN) {
      for (TensorInfo each : candidates) {
        if (each.name().equalsIgnoreCase(main)) {
          found("output.name", each.name(), "by its name, of " + outputs.size() + " outputs");
          return each;
        }
      }
    }
    List<TensorInfo> proper = candidates.stream().filter(each -> !hasWord(each, BESIDE)).toList();
    List<TensorInfo> main = proper.stream().filter(each -> hasWord(each, MAIN)).toList();
    if (proper.size() == 1 || main.size() == 1) {
      TensorInfo best = proper.size() == 1 ? proper.get(0) : main.get(0);
      found("output.name", best.name(), "by its name, of " + outputs.size() + " outputs");
      return best;
    }
    throw new FlipsideException(
        model
            + ": several outputs could hold the scores: "
            + outputs
            + "; choose one with --output NAME");
  }

  private static boolean hasWord(TensorInfo output, List<String> words) {
    return WORDS
        .splitAsStream(output.name().toLowerCase(Locale.ROOT))
        .anyMatch(word -> words.contains(word));
  }

  private void requireScores(TensorInfo output) {
    String refusal = refusal(output);
    if (refusal != null) {
      throw new FlipsideException(model + ": output " + output + " " + refusal);
    }
  }

  /** Returns why an output does not hold class scores, or null if it does. */
  private @Nullable String refusal(TensorInfo output) {
    if (OutputActivation.of(proto, output.name()).kind() == OutputActivation.Kind.CLASS_IDS) {
      return "holds class ids, expected scores of every class; export the model without its final"
          + " argmax";
    }
    if (output.typeCode() == BFLOAT16) {
      return "holds bfloat16 numbers, expected float32 or float16; export the model with one of"
          + " these";
    }
    if (!FLOATING.contains(output.typeCode())) {
      return "holds "
          + output.typeName()
          + " numbers, probably class ids; expected floating point scores of every class; export"
          + " the model without its final argmax";
    }
    if (output.rank() != 4 && output.rank() != -1) {
      return "has "
          + output.rank()
          + " axes, expected 4: batch, classes, rows and columns; export the scores of every class"
          + " at every pixel";
    }
    return null;
  }

  private TensorLayout layout(
      TensorInfo output,
      ImageSize size,
      @Nullable PartialTensor small,
      @Nullable PartialTensor large) {
    if (small != null && large != null) {
      long[] a = small.dims();
      long[] b = large.dims();
      boolean first;
      boolean last;
      if (input.size() instanceof SizeRule.Fixed) {
        first = proportional(size, a[2], a[3]);
        last = proportional(size, a[1], a[2]);
      } else {
        first = a[1] == b[1] && a[1] > 0 && a[2] != b[2] && a[3] != b[3];
        last = a[3] == b[3] && a[3] > 0 && a[1] != b[1] && a[2] != b[2];
      }
      if (first != last) {
        TensorLayout layout = first ? TensorLayout.NCHW : TensorLayout.NHWC;
        found("output.layout", layout.name(), "an image of " + size + " gives " + small);
        return layout;
      }
    }
    if (small != null && (small.dims()[1] > 0) != (small.dims()[3] > 0)) {
      TensorLayout layout = small.dims()[1] > 0 ? TensorLayout.NCHW : TensorLayout.NHWC;
      found("output.layout", layout.name(), "the layers fix that axis alone");
      return layout;
    }
    if ((output.fixed(1) > 0) != (output.fixed(3) > 0)) {
      TensorLayout layout = output.fixed(1) > 0 ? TensorLayout.NCHW : TensorLayout.NHWC;
      found("output.layout", layout.name(), "the declared shape fixes that axis alone");
      return layout;
    }
    assume(
        "output.layout", input.layout().name(), "same as the input; override it in a model card");
    return input.layout();
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
   * Accepts the specified meaning, because graph analysis may miss an activation, but reports a
   * contradiction.
   */
  private OutputMeaning told(TensorInfo output, OutputMeaning meaning) {
    OutputActivation tail = OutputActivation.of(proto, output.name());
    boolean same =
        switch (tail.kind()) {
          case PROBABILITIES, SIGMOID -> meaning == OutputMeaning.PROBABILITIES;
          default -> meaning != OutputMeaning.PROBABILITIES;
        };
    if (!same) {
      assume(
          "output.meaning",
          meaning.name().toLowerCase(Locale.ROOT).replace('_', '-'),
          "specified, although "
              + (tail.kind() == OutputActivation.Kind.LOGITS
                  ? "no softmax was found before the output"
                  : "the graph ends in " + tail.node()));
    }
    return meaning;
  }

  private OutputMeaning meaning(TensorInfo output) {
    if (overrides.outputMeaning() != null) {
      return told(output, overrides.outputMeaning());
    }
    OutputActivation tail = OutputActivation.of(proto, output.name());
    switch (tail.kind()) {
      case PROBABILITIES -> {
        found("output.meaning", "probabilities", "the graph ends in " + tail.node());
        return OutputMeaning.PROBABILITIES;
      }
      case LOG_PROBABILITIES -> {
        found("output.meaning", "log-probabilities", "the graph ends in " + tail.node());
        return OutputMeaning.LOG_PROBABILITIES;
      }
      case SIGMOID ->
          throw new FlipsideException(
              model
                  + ": output "
                  + output
                  + " ends in "
                  + tail.node()
                  + ": a score for every class by itself, no distribution over the classes; export"
                  + " the model with softmax or without activation, or take the scores as they are"
                  + " with --output-meaning probabilities if there are two classes or more");
      default -> {
        found("output.meaning", "logits", "no softmax before the output");
        return OutputMeaning.LOGITS;
      }
    }
  }

  private void found(String field, String value, String reason) {
    guesses.add(new Guess(field, value, reason, false));
  }

  private void assume(String field, String value, String reason) {
    guesses.add(new Guess(field, value, reason, true));
  }
}
