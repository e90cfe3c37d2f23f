package dev.flipside.tools.command.training;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.tools.command.help.Section;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.trainer.TrainingPlan;
import dev.flipside.trainer.data.Augmentation;
import dev.flipside.trainer.engine.DeviceChoice;
import dev.flipside.trainer.net.NetworkShape;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of training that {@code train} and {@code simulate} share. */
@Section(Section.TRAINING)
public final class NetworkOptions {
  @Mixin private NetworkShapeOptions shape = new NetworkShapeOptions();

  @Option(
      names = "--size",
      paramLabel = "HxW",
      required = true,
      converter = CommonOptions.SizeConverter.class,
      description = "Resize images and labels to this height and width, for example 360x480.")
  @SuppressWarnings("NullAway.Init")
  private ImageSize size;

  @Option(names = "--batch", paramLabel = "N", description = "Batch size (default: 5).")
  private @Nullable Integer batch;

  @Option(
      names = "--learning-rate",
      paramLabel = "R",
      description = "Initial learning rate of Adam (default: 5e-4).")
  private @Nullable Double learningRate;

  @Option(
      names = "--weight-decay",
      paramLabel = "W",
      description = "L2 weight decay of Adam (default: 2e-4).")
  private @Nullable Double weightDecay;

  @Option(
      names = "--class-weights",
      paramLabel = "W,...",
      split = ",",
      hideParamSyntax = true,
      description =
          "Weight per class in the cross-entropy, in the order of the class map"
              + " (default: all equal).")
  private List<Float> classWeights = List.of();

  @Option(
      names = "--random-scale",
      paramLabel = "MIN,MAX",
      split = ",",
      hideParamSyntax = true,
      arity = "1",
      description =
          "Resize training images by a random factor, for example 0.5,2, and crop or pad"
              + " them to --size (default: no scaling).")
  private List<Double> randomScale = List.of(1.0, 1.0);

  @Option(
      names = "--color-jitter",
      paramLabel = "F",
      defaultValue = "0",
      description =
          "Change brightness, contrast and saturation of training images by a random"
              + " factor of 1-F to 1+F (default: ${DEFAULT-VALUE}).")
  private double colorJitter;

  @Option(
      names = "--device",
      paramLabel = "D",
      converter = DeviceConverter.class,
      defaultValue = "auto",
      description = "Device to train on: auto, cpu or cuda (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private DeviceChoice device;

  /** Returns the size to which images are resized in training and scoring. */
  public ImageSize size() {
    return size;
  }

  /** Returns the shape of the network. */
  public NetworkShape shape() {
    return shape.shape();
  }

  /** Refuses class weights whose number is not that of the classes. */
  public void requireFit(ClassMap classes, CommonOptions common) {
    common.require(
        classWeights.isEmpty() || classWeights.size() == classes.count(),
        "--class-weights",
        classWeights.size() + " weights",
        "one for each of the " + classes.count() + " classes");
  }

  /**
   * Returns {@code plan} with the values of the given options.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  public TrainingPlan override(TrainingPlan plan) {
    TrainingPlan.Builder result =
        plan.toBuilder().device(device).losses(plan.losses().withClassWeights(classWeights));
    if (randomScale.size() != 2) {
      throw new IllegalArgumentException(
          "--random-scale " + randomScale + ": expected two factors, for example 0.5,2");
    }
    result.augmentation(new Augmentation(randomScale.get(0), randomScale.get(1), colorJitter));
    if (batch != null) {
      result.batch(batch);
    }
    if (learningRate != null) {
      result.learningRate(plan.learningRate().withInitial(learningRate));
    }
    if (weightDecay != null) {
      result.weightDecay(weightDecay);
    }
    return result.build();
  }

  public static final class DeviceConverter implements ITypeConverter<DeviceChoice> {
    @Override
    public DeviceChoice convert(String text) {
      try {
        return DeviceChoice.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
