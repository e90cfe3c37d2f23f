package dev.flipside.models.inspection;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.SizeRule;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.evidence.FindingSource;
import dev.flipside.models.evidence.Findings;
import dev.flipside.models.metadata.MetadataHints;
import dev.flipside.models.metadata.Resizing;
import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Infers how images become an input of a size that the model accepts: from the option, else from
 * the files beside the model if they keep the ratio of the sides, else from the graph.
 */
final class SizeGuess {
  /** Coprime sides, so that a required divisor becomes visible. */
  private static final ImageSize ODD = new ImageSize(97, 131);

  private static final int LARGEST_DIVISOR = 256;
  private static final int SMALLEST_SIDE = 96;

  private final String model;
  private final ModelProto proto;
  private final CardOverrides overrides;
  private final List<MetadataHints> hints;
  private final Findings findings;

  SizeGuess(
      String model,
      ModelProto proto,
      CardOverrides overrides,
      List<MetadataHints> hints,
      Findings findings) {
    this.model = model;
    this.proto = proto;
    this.overrides = overrides;
    this.hints = hints;
    this.findings = findings;
  }

  /**
   * Infers the rule.
   *
   * @param zero the raw values that are 0 once they are normalized
   * @throws FlipsideException if the declared size cannot be used, the option contradicts it, or
   *     two files disagree
   */
  SizeRule guess(TensorInfo input, TensorLayout layout, List<Float> zero) {
    SizeRule told = overrides.size();
    if (told != null) {
      new InputFit(model, proto, input).requireSize(layout, told, "--input-size");
      return told;
    }
    Findings found = new Findings();
    SizeRule graph = ofGraph(input, layout, found);
    Optional<SizeRule> followed = followed(graph, zero);
    if (followed.isEmpty()) {
      found.all().forEach(findings::add);
    }
    return followed.orElse(graph);
  }

  /** Returns the rule of the files, or empty if they tell none or one that is not followed. */
  private Optional<SizeRule> followed(SizeRule graph, List<Float> zero) {
    List<MetadataHints> resizing = hints.stream().filter(each -> each.resizing() != null).toList();
    if (resizing.isEmpty()) {
      return Optional.empty();
    }
    MetadataHints source = resizing.get(0);
    Resizing says = Objects.requireNonNull(source.resizing());
    for (MetadataHints other : resizing) {
      if (!says.equals(other.resizing())) {
        throw new FlipsideException(
            model
                + ": "
                + source.source()
                + " says that images are resized to "
                + says
                + ", "
                + other.source()
                + " says "
                + other.resizing()
                + "; tell it with --input-size");
      }
    }
    return followed(source.source(), says.resolved(zero), graph);
  }

  private Optional<SizeRule> followed(String source, Resizing says, SizeRule graph) {
    int multiple = graph instanceof SizeRule.MultipleOf rule ? rule.divisor() : 1;
    try {
      Optional<SizeRule> rule =
          graph.only().isPresent() ? says.fixed(graph.only().get()) : says.free(multiple);
      if (rule.isPresent()) {
        findings.add("input.size", rule.get().toString(), FindingSource.METADATA, source);
        return rule;
      }
    } catch (IllegalArgumentException e) {
      throw new FlipsideException(model + ": " + source + ": " + e.getMessage(), e);
    }
    findings.assume(
        "input.size",
        graph.toString(),
        source
            + " resizes images to "
            + says
            + ", which is not followed; tell it with --input-size");
    return Optional.empty();
  }

  private SizeRule ofGraph(TensorInfo input, TensorLayout layout, Findings found) {
    int rows = layout == TensorLayout.NCHW ? 2 : 1;
    long height = input.fixed(rows);
    long width = input.fixed(rows + 1);
    if (height > 0 && width > 0) {
      found.found(
          "input.size", "fixed " + height + "x" + width, "declared; images are resized to it");
      try {
        return new SizeRule.Fixed(new ImageSize(Math.toIntExact(height), Math.toIntExact(width)));
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new FlipsideException(
            model + ": refused: input " + input + " is too large: " + e.getMessage(), e);
      }
    }
    if (height > 0 || width > 0) {
      throw new FlipsideException(
          model
              + ": input "
              + input
              + " fixes only one side; export it with both fixed or both dynamic");
    }
    ShapeProbe probe = new ShapeProbe(model, proto, input);
    Optional<String> odd = probe.at(layout, ODD).contradiction();
    if (odd.isEmpty()) {
      found.found("input.size", "free", "no layer needs a multiple");
      return SizeRule.FREE;
    }
    for (int divisor = 2; divisor <= LARGEST_DIVISOR; divisor += divisor < 32 ? 1 : 16) {
      // The sides share only this divisor, and both exceed the minimum size of typical models.
      int factor = prime(1 + SMALLEST_SIDE / divisor);
      ImageSize size = new ImageSize(divisor * factor, divisor * prime(factor + 1));
      if (probe.at(layout, size).contradiction().isEmpty()) {
        found.found("input.size", "multiple of " + divisor, "for other sizes, " + odd.get());
        return new SizeRule.MultipleOf(divisor);
      }
    }
    found.assume("input.size", "free", "declared, but at " + ODD + " " + odd.get());
    return SizeRule.FREE;
  }

  private static int prime(int least) {
    return BigInteger.valueOf(least - 1L).nextProbablePrime().intValueExact();
  }
}
