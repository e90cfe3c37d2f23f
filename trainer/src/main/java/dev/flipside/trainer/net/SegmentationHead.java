package dev.flipside.trainer.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.trainer.net.layer.AtrousPyramid;
import dev.flipside.trainer.net.layer.BilinearResize;
import dev.flipside.trainer.net.layer.ConvolutionSpec;
import dev.flipside.trainer.net.layer.Dropout;
import dev.flipside.trainer.net.layer.Layer;
import dev.flipside.trainer.net.layer.LayerFactory;
import dev.flipside.trainer.net.layer.NormalizedConvolution;
import dev.flipside.trainer.net.layer.OnnxEmission;
import dev.flipside.trainer.net.layer.Relu;
import dev.flipside.trainer.net.layer.Sequential;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Layers from the feature maps of a backbone to scores of classes, at a smaller size. */
sealed interface SegmentationHead {
  /** Fraction of the features that is dropped before the last convolution. */
  float DROPOUT = 0.1f;

  /**
   * Returns the scores {@code [N,classes,h,w]}; a new array.
   *
   * @param low features of output stride 4
   * @param high last features of the backbone
   */
  NDArray forward(NDArray low, NDArray high, boolean training);

  /** Adds the same computation to a graph, in inference mode. */
  OnnxValue emit(OnnxEmission onnx, OnnxValue low, OnnxValue high);

  /** Creates the head of a network, with the prefix {@code classifier.}. */
  static SegmentationHead create(
      LayerFactory factory, NetworkShape shape, BackboneLayers backbone, int classes) {
    return switch (shape.head()) {
      case FCN -> Fcn.create(factory, backbone.channels(), classes);
      case DEEPLABV3_PLUS -> DeepLab.create(factory, shape, backbone, classes);
    };
  }

  /** The head of an FCN; does not use the low features. */
  record Fcn(Sequential layers) implements SegmentationHead {
    static Fcn create(LayerFactory factory, int in, int classes) {
      ConvolutionSpec inner = ConvolutionSpec.dense(in, in / 4, 3, 1, 1);
      return new Fcn(
          new Sequential(
              List.of(
                  factory.head("classifier.0", "classifier.1", inner),
                  new Relu(),
                  new Dropout(DROPOUT),
                  factory.classifier("classifier.4", in / 4, classes))));
    }

    @Override
    public NDArray forward(NDArray low, NDArray high, boolean training) {
      return layers.forward(high, training);
    }

    @Override
    public OnnxValue emit(OnnxEmission onnx, OnnxValue low, OnnxValue high) {
      return layers.emit(onnx, high);
    }
  }

  /**
   * DeepLabV3+: the pyramid's output is enlarged to the low features, concatenated with their
   * projection, and classified.
   */
  record DeepLab(Layer lowProjection, AtrousPyramid pyramid, Sequential decoder)
      implements SegmentationHead {
    private static final int CHANNELS = 256;
    private static final int LOW_CHANNELS = 48;

    static DeepLab create(
        LayerFactory factory, NetworkShape shape, BackboneLayers backbone, int classes) {
      int channels = InvertedResidualNet.channels(CHANNELS, shape.width());
      int lowChannels = InvertedResidualNet.channels(LOW_CHANNELS, shape.width());
      Layer low =
          rectified(
              factory,
              "classifier.project.",
              ConvolutionSpec.pointwise(backbone.lowChannels(), lowChannels));
      AtrousPyramid pyramid = pyramid(factory, backbone.channels(), channels, shape.outputStride());
      Layer inner =
          factory.separable("classifier.classifier.", lowChannels + channels, channels, 1);
      return new DeepLab(
          low,
          pyramid,
          new Sequential(
              List.of(
                  inner,
                  new Relu(),
                  new Dropout(DROPOUT),
                  factory.classifier("classifier.classifier.4", channels, classes))));
    }

    /** Dilations are 6, 12 and 18 at output stride 16, and in proportion at others. */
    private static AtrousPyramid pyramid(
        LayerFactory factory, int in, int channels, int outputStride) {
      String name = "classifier.aspp.convs.";
      List<Layer> branches = new ArrayList<>();
      branches.add(rectified(factory, name + "0.", ConvolutionSpec.pointwise(in, channels)));
      for (int i = 1; i <= 3; i++) {
        int dilation = 6 * i * 16 / outputStride;
        branches.add(
            new Sequential(
                List.of(factory.separable(name + i + ".", in, channels, dilation), new Relu())));
      }
      NormalizedConvolution pooled =
          factory.head(name + "4.1", name + "4.2", ConvolutionSpec.pointwise(in, channels));
      ConvolutionSpec projection = ConvolutionSpec.pointwise(5 * channels, channels);
      return new AtrousPyramid(
          branches,
          new Sequential(List.of(pooled, new Relu())),
          rectified(factory, "classifier.aspp.project.", projection));
    }

    private static Sequential rectified(LayerFactory factory, String prefix, ConvolutionSpec spec) {
      return new Sequential(List.of(factory.head(prefix + "0", prefix + "1", spec), new Relu()));
    }

    @Override
    public NDArray forward(NDArray low, NDArray high, boolean training) {
      try (NDArray projected = lowProjection.forward(low, training);
          NDArray context = pyramid.forward(high, training);
          NDArray enlarged = BilinearResize.resize(context, low.getShape());
          NDArray joined = NDArrays.concat(new NDList(projected, enlarged), 1)) {
        return decoder.forward(joined, training);
      }
    }

    @Override
    public OnnxValue emit(OnnxEmission onnx, OnnxValue low, OnnxValue high) {
      OnnxValue projected = lowProjection.emit(onnx, low);
      OnnxValue enlarged = BilinearResize.emit(onnx, pyramid.emit(onnx, high), low);
      OnnxValue joined = onnx.graph().node("Concat", Map.of("axis", 1L), projected, enlarged);
      return decoder.emit(onnx, joined);
    }
  }
}
