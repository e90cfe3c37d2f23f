package dev.flipside.tools.command.training;

import dev.flipside.tools.command.help.Section;
import dev.flipside.trainer.net.Backbone;
import dev.flipside.trainer.net.Head;
import dev.flipside.trainer.net.NetworkShape;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of the network shape: backbone, width, output stride and head. */
@Section(Section.MODEL)
public final class NetworkShapeOptions {
  @ArgGroup private BackboneName backbone = new BackboneName();

  @Option(
      names = "--width",
      paramLabel = "F",
      defaultValue = "1",
      description =
          "Width multiplier for all channel counts; use < 1 on small machines (default:"
              + " ${DEFAULT-VALUE}).")
  private double width;

  @Option(
      names = "--output-stride",
      paramLabel = "S",
      description =
          "Output stride of the backbone: 8, 16 or 32 (default: 8 for ResNet-50 and"
              + " 101, 32 for ResNet-18 and 34, 16 for the others).")
  private @Nullable Integer outputStride;

  @Option(
      names = "--head",
      paramLabel = "NAME",
      defaultValue = "fcn",
      converter = HeadConverter.class,
      description = "Layers after the backbone: fcn or deeplabv3plus (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private Head head;

  /** Returns the shape of the network. */
  public NetworkShape shape() {
    NetworkShape shape = backbone.shape().withWidth(width).withHead(head);
    return outputStride == null ? shape : shape.withOutputStride(outputStride);
  }

  /** The two ways to name a backbone. */
  @Section(Section.MODEL)
  static final class BackboneName {
    @Option(
        names = "--network",
        paramLabel = "NAME",
        completionCandidates = BackboneNames.class,
        converter = BackboneConverter.class,
        description = "Backbone: ${COMPLETION-CANDIDATES} (default: resnet50).")
    private @Nullable Backbone name;

    @Option(
        names = "--depth",
        paramLabel = "D",
        description = "Same as --network resnetD: 18, 34, 50 or 101.")
    private @Nullable Integer depth;

    NetworkShape shape() {
      return depth == null
          ? NetworkShape.of(name == null ? Backbone.RESNET50 : name)
          : NetworkShape.ofDepth(depth);
    }
  }

  static final class BackboneNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Backbone.names().iterator();
    }
  }

  static final class BackboneConverter implements ITypeConverter<Backbone> {
    @Override
    public Backbone convert(String text) {
      try {
        return Backbone.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  static final class HeadConverter implements ITypeConverter<Head> {
    @Override
    public Head convert(String text) {
      try {
        return Head.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
