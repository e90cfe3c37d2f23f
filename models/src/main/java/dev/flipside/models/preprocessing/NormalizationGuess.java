package dev.flipside.models.preprocessing;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ChannelOrder;
import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.evidence.FindingSource;
import dev.flipside.models.evidence.Findings;
import dev.flipside.models.metadata.MetadataHints;
import dev.flipside.models.preprocessing.GraphPreprocessing.Range;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Infers how raw values become the input of a model, from the options, the first nodes of the
 * graph, and what the files beside the model say. If graph and files disagree, the user is asked.
 */
public final class NormalizationGuess {
  private static final float TO_UNIT = 1f / 255;

  private final String model;
  private final CardOverrides overrides;
  private final List<MetadataHints> hints;
  private final Optional<GraphPreprocessing> inside;
  private final Findings findings;

  /**
   * Creates an inference.
   *
   * @param hints what files beside the model say
   * @param inside what the first nodes of the graph do
   */
  public NormalizationGuess(
      String model,
      CardOverrides overrides,
      List<MetadataHints> hints,
      Optional<GraphPreprocessing> inside,
      Findings findings) {
    this.model = model;
    this.overrides = overrides;
    this.hints = hints;
    this.inside = inside;
    this.findings = findings;
  }

  /**
   * Infers the channel order.
   *
   * @param count number of channels that the input has
   * @throws FlipsideException if graph and files disagree
   */
  public ChannelOrder channels(int count) {
    if (overrides.bands() != null) {
      requireBands(overrides.bands(), count);
      return ChannelOrder.BANDS;
    }
    if ((count != 1 && count != 3) || overrides.channels() == ChannelOrder.BANDS) {
      throw new FlipsideException(
          model
              + ": the input has "
              + described(count)
              + "; tell which bands of the image files they are, for example --bands "
              + String.join(",", IntStream.rangeClosed(1, count).mapToObj(String::valueOf).toList())
              + ", and --bits 16 if the files have 16 bits per sample, or in a model card beside the"
              + " model");
    }
    if (count == 1) {
      return greyChannel();
    }
    if (overrides.channels() == ChannelOrder.GREY) {
      throw new FlipsideException(
          model + ": --channels grey, but the input has 3 channels; give rgb or bgr");
    }
    if (overrides.channels() != null) {
      return overrides.channels();
    }
    Optional<MetadataHints> told =
        hints.stream().filter(each -> each.channels() != null).findFirst();
    Optional<ChannelOrder> means = inside.flatMap(GraphPreprocessing::channels);
    if (told.isPresent() && told.get().channels() != null) {
      ChannelOrder order = told.get().channels();
      if (means.isPresent() && means.get() != order) {
        throw new FlipsideException(
            model
                + ": "
                + told.get().source()
                + " says "
                + order
                + ", the means in the first nodes of the graph are those of "
                + means.get()
                + "; tell the order with --channels rgb or bgr");
      }
      findings.add("input.channels", word(order), FindingSource.METADATA, told.get().source());
      return order;
    }
    if (means.isPresent()) {
      findings.found(
          "input.channels", word(means.get()), "the means in the first nodes of the graph");
      return means.get();
    }
    findings.assume("input.channels", "rgb", "not stored in ONNX; override with --channels");
    return ChannelOrder.RGB;
  }

  /**
   * Infers scale, mean and standard deviation.
   *
   * @param bytes whether the input takes uint8
   * @throws FlipsideException if graph and files disagree, or the graph does not tell
   */
  public Normalization guess(boolean bytes, ChannelOrder channels, int count) {
    Float scale = overrides.scale();
    List<Float> mean = overrides.mean();
    List<Float> std = overrides.std();
    if (bytes) {
      findings.assume("input.scale", "raw bytes", "the input takes uint8");
      return told(Normalization.scaled(1, count));
    }
    if (scale != null && mean != null && std != null) {
      return new Normalization(scale, mean, std);
    }
    requireClearFiles();
    PixelFormat bands = overrides.bands();
    if (bands != null && bands.bits() != 8 && scale == null) {
      throw untoldBands(count);
    }
    Optional<MetadataHints> file = hints.stream().filter(MetadataHints::prepares).findFirst();
    Optional<Normalization> graph = inside.flatMap(each -> ofRange(each, count));
    boolean untold = scale == null && mean == null && std == null;
    if (file.isPresent()) {
      if (untold) {
        requireOneMind(file.get(), prepared(file.get()));
      }
      Normalization prepared = fitted(file.get(), count);
      if (untold) {
        requireAgreement(file.get(), prepared, graph);
        findings.add(
            "input.scale", Float.toString(prepared.scale()), FindingSource.METADATA, source());
        findings.add("input.mean", prepared.mean().toString(), FindingSource.METADATA, source());
        findings.add("input.std", prepared.std().toString(), FindingSource.METADATA, source());
      }
      return told(prepared);
    }
    if (graph.isPresent()) {
      findings.found(
          "input.scale",
          range(graph.get()),
          "the graph normalizes them itself: " + inside.get().describedNodes());
      return told(graph.get());
    }
    if (inside.isPresent() && untold) {
      throw new FlipsideException(
          model
              + ": the first nodes of the graph calculate with the values of the image ("
              + inside.get().describedNodes()
              + "), but not in a way that tells whether they are meant to be 0 to 255, 0 to 1 or"
              + " normalized; tell it with --scale, --mean and --std");
    }
    if (channels == ChannelOrder.BANDS) {
      throw untoldBands(count);
    }
    if (scale == null) {
      findings.assume("input.scale", "1/255", "not stored in ONNX; override with --scale");
    }
    if (channels == ChannelOrder.GREY) {
      return told(assumedGrey(mean, std));
    }
    if (mean == null) {
      findings.assume("input.mean", "ImageNet's", "not stored in ONNX; override with --mean");
    }
    if (std == null) {
      findings.assume("input.std", "ImageNet's", "not stored in ONNX; override with --std");
    }
    return told(
        new Normalization(
            TO_UNIT,
            ordered(InputCard.IMAGENET_MEAN, channels),
            ordered(InputCard.IMAGENET_STD, channels)));
  }

  /**
   * Returns the raw values that are 0 once they are normalized: by the graph and as the files say
   * if the graph normalizes them itself, else as the card says.
   *
   * @param found the normalization of the card
   */
  public List<Float> rawZero(Normalization found) {
    Optional<MetadataHints> file = hints.stream().filter(MetadataHints::prepares).findFirst();
    return inside.isPresent() && file.isPresent()
        ? prepared(file.get()).rawZero()
        : found.rawZero();
  }

  private void requireBands(PixelFormat bands, int count) {
    if (overrides.channels() != null) {
      throw new FlipsideException(
          model + ": --bands and --channels; give one of them, bands are fed as they are listed");
    }
    if (bands.channels() != count) {
      throw new FlipsideException(
          model
              + ": --bands lists "
              + bands.channels()
              + (bands.channels() == 1 ? " band" : " bands")
              + ", but the input has "
              + described(count)
              + "; list one band for each channel");
    }
  }

  private static String described(int channels) {
    return channels == 1 ? "one channel" : channels + " channels";
  }

  private FlipsideException untoldBands(int count) {
    return new FlipsideException(
        model
            + ": nothing tells how the values of bands are normalized; tell it with --scale, and"
            + " --mean and --std of "
            + count
            + (count == 1 ? " number" : " numbers")
            + ": the network is fed (value * scale - mean) / std; or in a model card beside the"
            + " model");
  }

  /** There is no usual mean of one channel. */
  private Normalization assumedGrey(@Nullable List<Float> mean, @Nullable List<Float> std) {
    if (mean == null) {
      findings.assume("input.mean", "0", "not stored in ONNX; override with --mean");
    }
    if (std == null) {
      findings.assume("input.std", "1", "not stored in ONNX; override with --std");
    }
    return Normalization.scaled(TO_UNIT, 1);
  }

  private void requireClearFiles() {
    for (MetadataHints each : hints) {
      if (each.unclear() != null) {
        throw new FlipsideException(
            model
                + ": "
                + each.source()
                + " prepares images in a way that cannot be read from it ("
                + each.unclear()
                + "); tell what the input takes with --scale, --mean and --std");
      }
    }
  }

  /** Checks that all files say the same. */
  private void requireOneMind(MetadataHints first, Normalization prepared) {
    for (MetadataHints other : hints) {
      if (other.prepares() && !prepared(other).equals(prepared)) {
        throw new FlipsideException(
            model
                + ": "
                + first.source()
                + " says "
                + described(prepared)
                + ", "
                + other.source()
                + " says "
                + described(prepared(other))
                + "; tell what the input takes with --scale, --mean and --std");
      }
    }
  }

  private static String described(Normalization normal) {
    return "scale " + normal.scale() + ", mean " + normal.mean() + ", std " + normal.std();
  }

  private String source() {
    return hints.stream()
        .filter(MetadataHints::prepares)
        .map(MetadataHints::source)
        .findFirst()
        .orElse("");
  }

  private static Normalization prepared(MetadataHints hints) {
    Float scale = hints.scale();
    List<Float> mean = hints.mean();
    List<Float> std = hints.std();
    if (scale == null || mean == null || std == null) {
      throw new IllegalStateException("hints without preprocessing");
    }
    return new Normalization(scale, mean, std);
  }

  /** Returns what a file says, for as many channels as the input has. */
  private Normalization fitted(MetadataHints hints, int count) {
    Normalization all = prepared(hints);
    if (count == all.mean().size()) {
      return all;
    }
    boolean clear =
        (overrides.mean() != null || Set.copyOf(all.mean()).size() == 1)
            && (overrides.std() != null || Set.copyOf(all.std()).size() == 1);
    if (!clear) {
      throw new FlipsideException(
          model
              + ": "
              + hints.source()
              + " says "
              + described(all)
              + ", but the input has "
              + described(count)
              + "; tell what it takes with --scale, --mean and"
              + " --std");
    }
    return new Normalization(
        all.scale(),
        Collections.nCopies(count, all.mean().get(0)),
        Collections.nCopies(count, all.std().get(0)));
  }

  private static Optional<Normalization> ofRange(GraphPreprocessing graph, int channels) {
    return switch (graph.range()) {
      case BYTES -> Optional.of(Normalization.scaled(1, channels));
      case UNIT -> Optional.of(Normalization.scaled(TO_UNIT, channels));
      case SYMMETRIC -> Optional.of(Normalization.symmetric(channels));
      case UNCLEAR -> Optional.empty();
    };
  }

  private static String range(Normalization normal) {
    if (!normal.isPlain()) {
      return "values -1 to 1";
    }
    return normal.scale() == 1 ? "raw values 0 to 255" : "values 0 to 1";
  }

  private void requireAgreement(
      MetadataHints file, Normalization prepared, Optional<Normalization> graph) {
    boolean unitOrRaw =
        prepared.isPlain() && (prepared.scale() == 1 || prepared.scale() == TO_UNIT);
    boolean agrees =
        inside.isEmpty()
            || (graph.isPresent() && graph.get().equals(prepared))
            || (inside.get().range() == Range.UNCLEAR && unitOrRaw);
    if (!agrees) {
      int count = prepared.mean().size();
      String plain =
          " --mean "
              + String.join(",", Collections.nCopies(count, "0"))
              + " --std "
              + String.join(",", Collections.nCopies(count, "1"));
      throw new FlipsideException(
          model
              + ": "
              + file.source()
              + " says "
              + described(prepared)
              + ", but the graph normalizes its input itself ("
              + inside.get().describedNodes()
              + "), so that it would be done twice; tell what the input takes with --scale, --mean"
              + " and --std: --scale 1"
              + plain
              + " for raw values, --scale 1/255"
              + plain
              + " for values from 0 to 1");
    }
  }

  /** Replaces what the user told. */
  private Normalization told(Normalization inferred) {
    return new Normalization(
        overrides.scale() == null ? inferred.scale() : overrides.scale(),
        overrides.mean() == null ? inferred.mean() : overrides.mean(),
        overrides.std() == null ? inferred.std() : overrides.std());
  }

  private static List<Float> ordered(List<Float> rgb, ChannelOrder channels) {
    return channels == ChannelOrder.RGB ? rgb : List.of(rgb.get(2), rgb.get(1), rgb.get(0));
  }

  private static String word(ChannelOrder order) {
    return order.name().toLowerCase(Locale.ROOT);
  }

  private ChannelOrder greyChannel() {
    if (overrides.channels() != null && overrides.channels() != ChannelOrder.GREY) {
      throw new FlipsideException(
          model
              + ": --channels "
              + word(overrides.channels())
              + ", but the input has one channel; leave it out, or give grey");
    }
    findings.found("input.channels", "grey", "the input has one channel");
    return ChannelOrder.GREY;
  }
}
