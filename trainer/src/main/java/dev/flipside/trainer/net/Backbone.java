package dev.flipside.trainer.net;

import dev.flipside.trainer.net.layer.LayerFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The backbones. Their layers and weights have the names that torchvision uses, or timm where
 * torchvision does not have the network.
 */
public enum Backbone {
  /** ResNet-18 (He et al. 2016). */
  RESNET18("resnet18", 32, ResNet.basic(2, 2, 2, 2)),
  /** ResNet-34. */
  RESNET34("resnet34", 32, ResNet.basic(3, 4, 6, 3)),
  /** ResNet-50. */
  RESNET50("resnet50", 8, ResNet.bottleneck(3, 4, 6, 3)),
  /** ResNet-101. */
  RESNET101("resnet101", 8, ResNet.bottleneck(3, 4, 23, 3)),
  /** MobileNetV2 (Sandler et al. 2018), without its last 1x1 convolution. */
  MOBILENET_V2("mobilenet_v2", 16, InvertedResidualNet.MOBILENET_V2),
  /**
   * EfficientNet-Lite0 (Tan and Le 2019, ReLU6, no attention), without its last 1x1 convolution.
   */
  EFFICIENTNET_LITE0("efficientnet_lite0", 16, InvertedResidualNet.efficientNetLite(1.0, 1.0)),
  /** EfficientNet-Lite1. */
  EFFICIENTNET_LITE1("efficientnet_lite1", 16, InvertedResidualNet.efficientNetLite(1.0, 1.1)),
  /** EfficientNet-Lite2. */
  EFFICIENTNET_LITE2("efficientnet_lite2", 16, InvertedResidualNet.efficientNetLite(1.1, 1.2));

  private final String label;
  private final int outputStride;

  @SuppressWarnings("ImmutableEnumChecker") // layouts are records of numbers
  private final Layout layout;

  Backbone(String label, int outputStride, Layout layout) {
    this.label = label;
    this.outputStride = outputStride;
    this.layout = layout;
  }

  /** Layers of a family of backbones. */
  sealed interface Layout permits ResNet, InvertedResidualNet {
    /**
     * Creates the layers.
     *
     * @param prefix prefix of all names
     */
    BackboneLayers build(LayerFactory factory, String prefix, double width, int outputStride);

    /** Returns the number of channels after the first convolution at width 1. */
    int stemChannels();

    /**
     * Returns the modules of classification networks, by all names under which their weights are
     * published, with their names here, both without the prefix; an empty name for modules that the
     * backbone does not have.
     */
    Map<String, String> publishedModules();
  }

  /**
   * Returns the backbone of a name, for example {@code resnet50}.
   *
   * @throws IllegalArgumentException if there is no such backbone
   */
  public static Backbone parse(String name) {
    for (Backbone each : values()) {
      if (each.label.equals(name.strip())) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "backbone \"" + name + "\": expected one of " + String.join(", ", names()));
  }

  /** Returns all names. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Backbone::toString).collect(Collectors.toList());
  }

  /** Returns the output stride that is usual for dense prediction. */
  public int usualOutputStride() {
    return outputStride;
  }

  /** See {@link Layout#publishedModules}. */
  public Map<String, String> publishedModules() {
    return layout.publishedModules();
  }

  Layout layout() {
    return layout;
  }

  @Override
  public String toString() {
    return label;
  }
}
