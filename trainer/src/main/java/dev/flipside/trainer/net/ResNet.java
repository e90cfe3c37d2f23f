package dev.flipside.trainer.net;

import dev.flipside.trainer.net.DilatedStages.Sampling;
import dev.flipside.trainer.net.layer.ConvolutionSpec;
import dev.flipside.trainer.net.layer.Layer;
import dev.flipside.trainer.net.layer.LayerFactory;
import dev.flipside.trainer.net.layer.MaxPooling;
import dev.flipside.trainer.net.layer.NormalizedConvolution;
import dev.flipside.trainer.net.layer.Relu;
import dev.flipside.trainer.net.layer.ResidualBlock;
import dev.flipside.trainer.net.layer.Sequential;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A ResNet with torchvision's layout: the stride of a bottleneck is that of its 3x3 convolution.
 *
 * @param bottleneck whether blocks are 1x1, 3x3, 1x1 convolutions with four times the output
 *     channels, instead of two 3x3 convolutions
 * @param blocks number of blocks of each of the four stages
 */
record ResNet(boolean bottleneck, List<Integer> blocks) implements Backbone.Layout {
  private static final int STEM = 64;

  static ResNet basic(Integer... blocks) {
    return new ResNet(false, List.of(blocks));
  }

  static ResNet bottleneck(Integer... blocks) {
    return new ResNet(true, List.of(blocks));
  }

  @Override
  public int stemChannels() {
    return STEM;
  }

  @Override
  public Map<String, String> publishedModules() {
    // torchvision and timm use the names of this class; only the classifier is not part of it.
    return Map.of("fc", "");
  }

  @Override
  public BackboneLayers build(LayerFactory factory, String prefix, double width, int outputStride) {
    int channels = (int) Math.round(STEM * width);
    DilatedStages stages = new DilatedStages(outputStride, 4);
    List<Layer> low = new ArrayList<>();
    low.add(
        backbone(
            factory,
            prefix + "conv1",
            prefix + "bn1",
            ConvolutionSpec.dense(3, channels, 7, 2, 1)));
    low.add(new Relu());
    low.add(new MaxPooling());
    List<Layer> high = new ArrayList<>();
    int in = channels;
    for (int stage = 0; stage < blocks.size(); stage++) {
      int planes = channels << stage;
      Layer layers =
          stage(
              factory,
              prefix + "layer" + (stage + 1) + ".",
              in,
              planes,
              blocks.get(stage),
              stages.next(stage == 0 ? 1 : 2));
      (stage == 0 ? low : high).add(layers);
      in = expanded(planes);
    }
    return new BackboneLayers(new Sequential(low), expanded(channels), new Sequential(high), in);
  }

  private int expanded(int planes) {
    return bottleneck ? 4 * planes : planes;
  }

  private Sequential stage(
      LayerFactory factory, String prefix, int in, int planes, int blocks, Sampling sampling) {
    int out = expanded(planes);
    List<Layer> stage = new ArrayList<>();
    for (int block = 0; block < blocks; block++) {
      String name = prefix + block + ".";
      int stride = sampling.strideOf(block);
      int dilation = sampling.dilationOf(block);
      int from = block == 0 ? in : out;
      List<Layer> branch =
          bottleneck
              ? bottleneckBranch(factory, name, from, planes, stride, dilation)
              : basicBranch(factory, name, from, planes, stride, dilation);
      @Nullable NormalizedConvolution shortcut =
          stride != 1 || from != out
              ? backbone(
                  factory,
                  name + "downsample.0",
                  name + "downsample.1",
                  ConvolutionSpec.dense(from, out, 1, stride, 1))
              : null;
      stage.add(new ResidualBlock(new Sequential(branch), shortcut));
    }
    return new Sequential(stage);
  }

  private static List<Layer> basicBranch(
      LayerFactory factory, String name, int in, int planes, int stride, int dilation) {
    return List.of(
        convolution(factory, name, 1, ConvolutionSpec.dense(in, planes, 3, stride, dilation)),
        new Relu(),
        convolution(factory, name, 2, ConvolutionSpec.dense(planes, planes, 3, 1, dilation)));
  }

  private static List<Layer> bottleneckBranch(
      LayerFactory factory, String name, int in, int planes, int stride, int dilation) {
    return List.of(
        convolution(factory, name, 1, ConvolutionSpec.pointwise(in, planes)),
        new Relu(),
        convolution(factory, name, 2, ConvolutionSpec.dense(planes, planes, 3, stride, dilation)),
        new Relu(),
        convolution(factory, name, 3, ConvolutionSpec.pointwise(planes, 4 * planes)));
  }

  private static NormalizedConvolution convolution(
      LayerFactory factory, String block, int number, ConvolutionSpec spec) {
    return backbone(factory, block + "conv" + number, block + "bn" + number, spec);
  }

  private static NormalizedConvolution backbone(
      LayerFactory factory, String convolution, String norm, ConvolutionSpec spec) {
    return factory.backbone(convolution, norm, spec, LayerFactory.EPSILON);
  }
}
