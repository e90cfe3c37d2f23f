package dev.flipside.trainer.net;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.trainer.engine.ConvolutionShape;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.net.LayerFactory.StageSampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A fully convolutional network on a ResNet, with torchvision's layout and parameter names:
 * backbone, 3x3 convolution to a quarter of the channels, batch normalization, dropout 0.1, 1x1
 * convolution to the classes, bilinear upsampling with half-pixel centers to the size of the input.
 * Owns its weights.
 */
public final class FcnResNet implements AutoCloseable {
  private static final float DROPOUT = 0.1f;

  private final NetworkShape shape;
  private final int classes;
  private final NDManager manager;
  private final Sequential backbone;
  private final Sequential classifier;
  private final List<Parameter> weights;
  private final List<ConvolutionShape> convolutions;

  private FcnResNet(NetworkShape shape, int classes, NDManager manager, long seed) {
    this.shape = shape;
    this.classes = classes;
    this.manager = manager;
    LayerFactory factory = new LayerFactory(manager, seed);
    int channels = shape.baseChannels();
    List<Layer> layers = new ArrayList<>();
    layers.add(factory.backbone("backbone.conv1", "backbone.bn1", 3, channels, 7, 2, 1));
    layers.add(new Relu());
    layers.add(new MaxPooling());
    int in = channels;
    int reached = 4;
    int dilation = 1;
    for (int stage = 0; stage < 4; stage++) {
      int stride = stage == 0 ? 1 : 2;
      int firstDilation = dilation;
      if (reached * stride > shape.outputStride()) {
        dilation *= stride;
        stride = 1;
      }
      reached *= stride;
      int planes = channels << stage;
      layers.add(
          factory.stage(
              "backbone.layer" + (stage + 1),
              shape.bottleneck(),
              in,
              planes,
              shape.blocks()[stage],
              new StageSampling(stride, firstDilation, dilation)));
      in = shape.bottleneck() ? 4 * planes : planes;
    }
    backbone = new Sequential(layers);
    classifier =
        new Sequential(
            List.of(
                factory.head("classifier.0", "classifier.1", in, in / 4),
                new Relu(),
                new Dropout(DROPOUT),
                factory.classifier("classifier.4", in / 4, classes)));
    weights = factory.weights();
    convolutions = factory.convolutions().stream().map(Convolution::sample).distinct().toList();
  }

  /**
   * Creates a network with random initial weights: He initialization in the backbone, PyTorch's
   * defaults in the head. The same seed gives the same weights on all platforms.
   *
   * @throws IllegalArgumentException if the width leaves no channel for the head or {@code classes}
   *     is not 1 to 255
   */
  public static FcnResNet create(NetworkShape shape, int classes, long seed, Device device) {
    if (classes < 1 || classes > 255) {
      throw new IllegalArgumentException("network of " + classes + " classes, expected 1 to 255");
    }
    return new FcnResNet(shape, classes, Torch.manager(device), seed);
  }

  /** Returns depth, width and output stride. */
  public NetworkShape shape() {
    return shape;
  }

  /** Returns the number of classes C. */
  public int classes() {
    return classes;
  }

  /** Returns all tensors of the state, in the order of the network. */
  public List<Parameter> weights() {
    return weights;
  }

  /**
   * Returns all convolution shapes of a network, each on a small input.
   *
   * @throws IllegalArgumentException if the width leaves no channel for the head
   */
  public static List<ConvolutionShape> convolutions(NetworkShape shape) {
    try (FcnResNet network = create(shape, 2, 0, Device.cpu())) {
      return network.convolutions;
    }
  }

  /** Returns the device of the weights. */
  public Device device() {
    return manager.getDevice();
  }

  /**
   * Returns the logits {@code [N,C,H,W]} of normalized images {@code [N,3,H,W]}. The caller closes
   * them.
   *
   * @param training whether batch normalization uses and records the statistics of this batch, and
   *     dropout is active
   */
  public NDArray forward(NDArray images, boolean training) {
    Shape input = images.getShape();
    try (NDArray features = backbone.forward(images, training);
        NDArray scores = classifier.forward(features, training)) {
      // Mode 1 is bilinear; the engine always takes half-pixel centres.
      return scores
          .getNDArrayInternal()
          .interpolation(new long[] {input.get(2), input.get(3)}, 1, false);
    }
  }

  /**
   * Adds the network to an ONNX graph, in inference mode.
   *
   * @param images normalized images {@code [N,3,H,W]}, for any N, H and W
   * @return logits {@code [N,C,H,W]}
   */
  public OnnxValue emit(OnnxEmission onnx, OnnxValue images) {
    OnnxGraph graph = onnx.graph();
    OnnxValue scores = classifier.emit(onnx, backbone.emit(onnx, images));
    OnnxValue channels = graph.node("Shape", Map.of("start", 0L, "end", 2L), scores);
    OnnxValue size = graph.node("Shape", Map.of("start", 2L, "end", 4L), images);
    OnnxValue sizes = graph.node("Concat", Map.of("axis", 0L), channels, size);

    return graph.node(
        "Resize",
        Map.of("mode", "linear", "coordinate_transformation_mode", "half_pixel"),
        scores,
        OnnxValue.ABSENT,
        OnnxValue.ABSENT,
        sizes);
  }

  @Override
  public void close() {
    manager.close();
  }
}
