package dev.flipside.tools.command.options;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ChannelOrder;
import dev.flipside.models.card.ClassMaps;
import dev.flipside.models.card.OutputMeaning;
import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.card.SizeRule;
import dev.flipside.models.card.SizeRules;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.command.help.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options that describe a model; each overrides the model card and inference. */
@Section(Section.MODEL)
public final class CardOptions {
  @Option(
      names = "--card",
      paramLabel = "FILE",
      description = "Model card (JSON) to use instead of the one inside the model.")
  private @Nullable Path card;

  @Option(
      names = "--classes",
      paramLabel = "N|NAME|FILE",
      description = "Classes of the model: a number, camvid, cityscapes, or a JSON file.")
  private @Nullable String classes;

  @Option(
      names = "--input-layout",
      paramLabel = "L",
      converter = LayoutConverter.class,
      description = "Axis order of the input: nchw or nhwc.")
  private @Nullable TensorLayout inputLayout;

  @Option(
      names = "--channels",
      paramLabel = "O",
      converter = ChannelConverter.class,
      description = "Channels of the input: rgb, bgr or grey; other ones with --bands.")
  private @Nullable ChannelOrder channels;

  @Option(
      names = "--bands",
      paramLabel = "4,3,2,1",
      split = ",",
      description =
          "Bands of the image files that are the channels of the input, in their order; 1 is the"
              + " first band.")
  private @Nullable List<Integer> bands;

  @Option(
      names = "--bits",
      paramLabel = "8|16",
      description =
          "With --bands: bits per sample that files must have (default: 8). For 16, --scale is"
              + " applied to values 0 to 65535.")
  private @Nullable Integer bits;

  @Option(
      names = "--scale",
      paramLabel = "S",
      converter = FactorConverter.class,
      description = "Factor applied to the raw values 0 to 255: a number or fraction (1/255).")
  private @Nullable Float scale;

  @Option(
      names = "--mean",
      paramLabel = "a,b,c",
      converter = ChannelValuesConverter.class,
      description = "Mean per channel, subtracted after scaling.")
  private @Nullable List<Float> mean;

  @Option(
      names = "--std",
      paramLabel = "a,b,c",
      converter = ChannelValuesConverter.class,
      description = "Standard deviation per channel, by which the difference is divided.")
  private @Nullable List<Float> std;

  @Option(
      names = "--output",
      paramLabel = "NAME",
      description = "Name of the segmentation output, if the model has several.")
  private @Nullable String output;

  @Option(
      names = "--output-meaning",
      paramLabel = "M",
      converter = MeaningConverter.class,
      description =
          "What the output holds: logits, probabilities, log-probabilities, foreground-logit,"
              + " foreground-probability or sigmoid.")
  private @Nullable OutputMeaning outputMeaning;

  @Option(
      names = "--void-channel",
      paramLabel = "I",
      description = "Index of the output channel for void, which is excluded from the score.")
  private @Nullable Integer voidChannel;

  @Option(
      names = "--input-size",
      paramLabel = "RULE",
      converter = SizeRuleConverter.class,
      description =
          "How images become an input of the model: free, \"multiple of 32\", \"fixed HxW\", or"
              + " keeping the ratio of the sides, for example \"fit HxW center pad 114\" or \"fit"
              + " shortest 512 longest 2048 divisor 32 stretch\".")
  private @Nullable SizeRule inputSize;

  /** Returns the path of the card given with {@code --card}, or null. */
  public @Nullable Path card() {
    return card;
  }

  /** Returns the fields given as options. */
  public CardOverrides overrides() {
    return new CardOverrides(
        classes == null ? null : ClassMaps.read(classes),
        inputLayout,
        channels,
        scale,
        mean,
        std,
        output,
        outputMeaning,
        voidChannel,
        pixels(),
        inputSize);
  }

  private @Nullable PixelFormat pixels() {
    if (bands == null) {
      if (bits != null) {
        throw new FlipsideException("--bits " + bits + " without --bands; list the bands, too");
      }
      return null;
    }
    try {
      return new PixelFormat(bands, bits == null ? 8 : bits);
    } catch (IllegalArgumentException e) {
      throw new FlipsideException("--bands: " + e.getMessage(), e);
    }
  }

  public static final class SizeRuleConverter implements ITypeConverter<SizeRule> {
    @Override
    public SizeRule convert(String text) {
      try {
        return SizeRules.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  public static final class LayoutConverter implements ITypeConverter<TensorLayout> {
    @Override
    public TensorLayout convert(String text) {
      return constant(TensorLayout.class, text);
    }
  }

  public static final class ChannelConverter implements ITypeConverter<ChannelOrder> {
    @Override
    public ChannelOrder convert(String text) {
      return constant(ChannelOrder.class, text);
    }
  }

  public static final class MeaningConverter implements ITypeConverter<OutputMeaning> {
    @Override
    public OutputMeaning convert(String text) {
      return constant(OutputMeaning.class, text);
    }
  }

  public static final class ChannelValuesConverter implements ITypeConverter<List<Float>> {
    @Override
    public List<Float> convert(String text) {
      String[] parts = text.split(",", -1);
      List<Float> values = new ArrayList<>();
      try {
        for (String part : parts) {
          values.add(Float.valueOf(part.strip()));
        }
      } catch (NumberFormatException e) {
        values.clear();
      }
      if (values.isEmpty()) {
        throw new TypeConversionException(
            "\"" + text + "\", expected a number for each channel, for example 0.485,0.456,0.406");
      }
      return values;
    }
  }

  /** Parses an enum constant that is written in lower case with hyphens. */
  private static <E extends Enum<E>> E constant(Class<E> type, String text) {
    List<String> known = new ArrayList<>();
    for (E each : type.getEnumConstants()) {
      String name = each.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (name.equals(text.toLowerCase(Locale.ROOT))) {
        return each;
      }
      known.add(name);
    }
    throw new TypeConversionException("\"" + text + "\", expected one of " + known);
  }

  /** Parses a number, or a fraction of two numbers. */
  public static final class FactorConverter implements ITypeConverter<Float> {
    @Override
    public Float convert(String text) {
      String[] parts = text.split("/", -1);
      try {
        float factor = Float.parseFloat(parts[0]);
        if (parts.length == 1) {
          return factor;
        }
        double divisor = Double.parseDouble(parts[1]);
        if (parts.length == 2 && divisor != 0) {
          return (float) (factor / divisor);
        }
      } catch (NumberFormatException e) {
        // Refused below.
      }
      throw new TypeConversionException(
          "\"" + text + "\" is no number; expected one, for example 1/255 or 0.00392");
    }
  }
}
