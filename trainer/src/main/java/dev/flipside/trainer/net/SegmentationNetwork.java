package dev.flipside.trainer.net;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.trainer.engine.ConvolutionShape;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.net.layer.BilinearResize;
import dev.flipside.trainer.net.layer.Convolution;
import dev.flipside.trainer.net.layer.LayerFactory;
import dev.flipside.trainer.net.layer.OnnxEmission;
import dev.flipside.trainer.net.layer.Parameter;
import dev.flipside.trainer.net.layer.Sequential;
import java.util.List;

/**
 * A segmentation network: backbone, head, and bilinear upsampling with half-pixel centers to the
 * size of the input. Its weights have the names of torchvision's segmentation models: {@code
 * backbone.…} and {@code classifier.…}. Owns its weights.
 */
public final class SegmentationNetwork implements AutoCloseable {
  /** Prefix of the names of all weights of the backbone. */
  public static final String BACKBONE = "backbone.";

  private final NetworkShape shape;
  private final int classes;
  private final NDManager manager;
  private final Sequential low;
  private final Sequential high;
  private final SegmentationHead head;
  private final List<Parameter> weights;
  private final List<ConvolutionShape> convolutions;

  private SegmentationNetwork(NetworkShape shape, int classes, NDManager manager, long seed) {
    this.shape = shape;
    this.classes = classes;
    this.manager = manager;
    LayerFactory factory = new LayerFactory(manager, seed);
    BackboneLayers backbone =
        shape.backbone().layout().build(factory, BACKBONE, shape.width(), shape.outputStride());
    low = backbone.low();
    high = backbone.high();
    head = SegmentationHead.create(factory, shape, backbone, classes);
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
  public static SegmentationNetwork create(
      NetworkShape shape, int classes, long seed, Device device) {
    if (classes < 1 || classes > 255) {
      throw new IllegalArgumentException("network of " + classes + " classes, expected 1 to 255");
    }
    return new SegmentationNetwork(shape, classes, Torch.manager(device), seed);
  }

  /** Returns the shape. */
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
    try (SegmentationNetwork network = create(shape, 2, 0, Device.cpu())) {
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
    try (NDArray detail = low.forward(images, training);
        NDArray features = high.forward(detail, training);
        NDArray scores = head.forward(detail, features, training)) {
      return BilinearResize.resize(scores, images.getShape());
    }
  }

  /**
   * Adds the network to an ONNX graph, in inference mode.
   *
   * @param images normalized images {@code [N,3,h,w]}, for any N, h and w
   * @param target tensor whose last two axes are the height H and width W of the logits
   * @return logits {@code [N,C,H,W]}
   */
  public OnnxValue emit(OnnxEmission onnx, OnnxValue images, OnnxValue target) {
    OnnxValue detail = low.emit(onnx, images);
    OnnxValue scores = head.emit(onnx, detail, high.emit(onnx, detail));
    return BilinearResize.emit(onnx, scores, target);
  }

  @Override
  public void close() {
    manager.close();
  }
}
