package dev.flipside.models.inspection;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.evidence.Findings;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.TopologicalOrder;
import dev.flipside.models.output.OutputActivation;
import dev.flipside.models.output.ScoreOrigin;
import dev.flipside.models.output.ScoreTrace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Chooses the value that holds the scores: an output, or what an output was computed from. */
final class OutputChoice {
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
      List.of(
          "aux",
          "auxiliary",
          "feat",
          "feature",
          "features",
          "embedding",
          "embeddings",
          "boundary",
          "edge",
          "hidden",
          "states",
          "state",
          "attention",
          "attentions",
          "attn",
          "edges",
          "depth",
          "disparity",
          "flow",
          "heatmap",
          "heatmaps",
          "normal",
          "normals");

  private static final Pattern WORDS = Pattern.compile("[^\\p{Alnum}]+");
  private static final Set<Integer> FLOATING = Set.of(1, 10, 11, 16);
  private static final int SCORE_AXES = 4;

  private final String model;
  private final ModelProto proto;
  private final Findings findings;
  private final List<TensorInfo> outputs;
  private final Map<TensorInfo, ScoreTrace> traces = new LinkedHashMap<>();

  OutputChoice(OnnxModelFile file, Findings findings) {
    this.model = file.name();
    this.proto = file.proto();
    this.findings = findings;
    this.outputs = TensorInfo.outputs(proto.getGraph());
    outputs.forEach(each -> traces.put(each, ScoreTrace.of(proto, each.name())));
  }

  /** Returns the values whose shapes and numbers the choice needs. */
  List<String> candidates() {
    Set<String> names = new LinkedHashSet<>();
    traces.forEach(
        (output, trace) -> {
          names.add(output.name());
          names.addAll(trace.candidates());
        });
    List<String> computed = new ArrayList<>();
    for (NodeProto node : proto.getGraph().getNodeList()) {
      node.getOutputList().stream().filter(names::contains).forEach(computed::add);
    }
    return computed;
  }

  /**
   * Returns the mask classification among the outputs, or null if there is none.
   *
   * @param told what the user says
   * @throws FlipsideException if the outputs belong to a detector
   */
  @Nullable QueryOutputs queries(Observations observed, CardOverrides told) {
    List<OutputValue> values =
        outputs.stream()
            .filter(each -> FLOATING.contains(each.typeCode()))
            .map(each -> open(each, observed))
            .toList();
    return QueryOutputs.among(model, values, observed, told);
  }

  /**
   * Returns an output, or an inner value, by its name.
   *
   * @throws FlipsideException if there is none or it holds no scores
   */
  OutputValue named(String name, Observations observed) {
    for (TensorInfo output : outputs) {
      if (output.name().equals(name)) {
        return required(output, observed);
      }
    }
    boolean inner =
        proto.getGraph().getNodeList().stream()
            .anyMatch(node -> node.getOutputList().contains(name));
    if (!inner || name.isBlank()) {
      throw new FlipsideException(
          model
              + ": no output \""
              + name
              + "\", expected one of "
              + outputs
              + "; give it with --output NAME");
    }
    long[] dims = observed.dims(name);
    return new OutputValue(
        new TensorInfo(name, 1, null), name, dims, OutputActivation.of(proto, name), "", -1);
  }

  /**
   * Chooses the value with the scores.
   *
   * @throws FlipsideException if there is none, or several that nothing tells apart
   */
  OutputValue choose(Observations observed) {
    if (outputs.size() == 1) {
      return required(outputs.get(0), observed);
    }
    Map<String, OutputValue> candidates = new LinkedHashMap<>();
    for (TensorInfo each : outputs) {
      OutputValue value = value(each, observed);
      if (value != null) {
        candidates.merge(value.name(), value, (a, b) -> a.isOpen() ? a : b);
      }
    }
    List<OutputValue> open = candidates.values().stream().filter(OutputValue::isOpen).toList();
    List<OutputValue> hidden = otherThan(open, candidates.values());
    List<OutputValue> left = Stream.concat(open.stream(), hidden.stream()).toList();
    if (left.isEmpty()) {
      throw new FlipsideException(
          model
              + ": none of the outputs "
              + outputs
              + " holds scores of every class at every pixel");
    }
    if (left.size() == 1) {
      return chosen(left.get(0), "the only output with scores of classes");
    }
    for (String main : MAIN) {
      for (OutputValue each : left) {
        boolean named = each.declared().name().equalsIgnoreCase(main);
        if (named && (!each.isOpen() || hidden.isEmpty())) {
          return chosen(each, "by its name, of " + outputs.size() + " outputs");
        }
      }
    }
    List<OutputValue> proper = left.stream().filter(each -> !hasWord(each, BESIDE)).toList();
    List<OutputValue> main = proper.stream().filter(each -> hasWord(each, MAIN)).toList();
    boolean told = main.size() == 1 && (!main.get(0).isOpen() || hidden.isEmpty());
    if (proper.size() == 1 || told) {
      return chosen(
          proper.size() == 1 ? proper.get(0) : main.get(0),
          "by its name, of " + outputs.size() + " outputs");
    }
    List<OutputValue> joining =
        proper.stream()
            .filter(each -> !each.isOpen() || hidden.isEmpty())
            .filter(each -> readsAll(each, proper))
            .toList();
    if (joining.size() == 1) {
      return chosen(joining.get(0), "computed from the other outputs with scores");
    }
    throw new FlipsideException(
        model
            + ": several outputs could hold the scores: "
            + outputs
            + "; choose one with --output NAME");
  }

  /**
   * Returns the values behind class maps that are not the scores of an open output in another form.
   * A class map is made of the scores of its classes, so they count as much as any open output.
   */
  private List<OutputValue> otherThan(List<OutputValue> open, Collection<OutputValue> values) {
    Set<String> origins = new HashSet<>();
    open.forEach(each -> origins.add(ScoreOrigin.of(proto.getGraph(), each.name())));
    return values.stream()
        .filter(each -> !each.isOpen())
        .filter(each -> origins.add(ScoreOrigin.of(proto.getGraph(), each.name())))
        .toList();
  }

  private OutputValue chosen(OutputValue value, String reason) {
    findings.found("output.name", value.name(), reason);
    return value;
  }

  /** Returns whether a value is computed from the inputs of all others' last layers. */
  private boolean readsAll(OutputValue value, List<OutputValue> all) {
    Set<String> reads =
        TopologicalOrder.reads(TopologicalOrder.leadingTo(proto.getGraph(), value.name()));
    return all.stream()
        .filter(each -> !each.name().equals(value.name()))
        .allMatch(
            each ->
                hasAsManyChannels(each, value)
                    && (reads.contains(each.name()) || reads.contains(beforeActivation(each))));
  }

  private static boolean hasAsManyChannels(OutputValue a, OutputValue b) {
    return a.dims() == null
        || b.dims() == null
        || a.dims().length != SCORE_AXES
        || b.dims().length != SCORE_AXES
        || a.dims()[1] == b.dims()[1];
  }

  private String beforeActivation(OutputValue value) {
    for (NodeProto node : proto.getGraph().getNodeList()) {
      if (node.getOutputList().contains(value.name()) && node.getInputCount() > 0) {
        return node.getInput(0);
      }
    }
    return value.name();
  }

  private static boolean hasWord(OutputValue value, List<String> words) {
    return WORDS
        .splitAsStream(value.declared().name().toLowerCase(Locale.ROOT))
        .anyMatch(word -> words.contains(word) || words.contains(word.replaceAll("\\d+$", "")));
  }

  private OutputValue required(TensorInfo output, Observations observed) {
    OutputValue value = value(output, observed);
    if (value == null) {
      throw new FlipsideException(model + ": output " + output + " " + refusal(output, observed));
    }
    return value;
  }

  /** Returns the value with the scores that an output holds or hides, or null if none is known. */
  private @Nullable OutputValue value(TensorInfo output, Observations observed) {
    ScoreTrace trace = traces.getOrDefault(output, new ScoreTrace("", -1, List.of(output.name())));
    if (trace.isOpen() && refusal(output, observed) == null) {
      return open(output, observed);
    }
    for (int i = 0; i < trace.candidates().size(); i++) {
      String name = trace.candidates().get(i);
      long[] dims = observed.dims(name);
      OutputActivation activation = OutputActivation.of(proto, name);
      boolean scores =
          dims != null
              && dims.length == SCORE_AXES
              && activation.kind() != OutputActivation.Kind.CLASS_IDS
              && (!trace.isOpen() || isWithBatch(dims, observed.dims(output.name())));
      if (scores && isComputed(name)) {
        String hiddenBy = trace.isOpen() ? "an axis of length 1 is removed" : trace.hiddenBy();
        return new OutputValue(
            output, name, dims, activation, hiddenBy, i == 0 ? axis(trace.classAxis()) : -1);
      }
    }
    return null;
  }

  /** Returns whether a shape is another one with an axis of length 1 in front. */
  private static boolean isWithBatch(long[] dims, long @Nullable [] without) {
    return without != null
        && without.length == SCORE_AXES - 1
        && dims[0] == 1
        && dims[1] == without[0]
        && dims[2] == without[1]
        && dims[3] == without[2];
  }

  private boolean isComputed(String name) {
    return proto.getGraph().getNodeList().stream()
        .anyMatch(node -> node.getOutputList().contains(name));
  }

  private static int axis(long told) {
    long axis = told < 0 && told != ScoreTrace.UNKNOWN_AXIS ? told + SCORE_AXES : told;
    return axis == 1 || axis == SCORE_AXES - 1 ? (int) axis : -1;
  }

  private OutputValue open(TensorInfo output, Observations observed) {
    return new OutputValue(
        output,
        output.name(),
        observed.dims(output.name()),
        OutputActivation.of(proto, output.name()),
        "",
        -1);
  }

  /** Returns why an output does not hold class scores, or null if it does. */
  private @Nullable String refusal(TensorInfo output, Observations observed) {
    if (OutputActivation.of(proto, output.name()).kind() == OutputActivation.Kind.CLASS_IDS) {
      return "holds class ids, expected scores of every class, and no value before it holds them;"
          + " export the model without its final argmax";
    }
    if (!FLOATING.contains(output.typeCode())) {
      return "holds "
          + output.typeName()
          + " numbers, probably class ids; expected floating point scores of every class; export"
          + " the model without its final argmax";
    }
    long[] dims = output.rank() == -1 ? observed.dims(output.name()) : null;
    int rank = dims == null ? output.rank() : dims.length;
    if (rank != SCORE_AXES && rank != -1) {
      return "has "
          + rank
          + " axes, expected 4: batch, classes, rows and columns; export the scores of every class"
          + " at every pixel";
    }
    return null;
  }
}
