package dev.flipside.trainer.net;

import dev.flipside.trainer.net.DilatedStages.Sampling;
import dev.flipside.trainer.net.InvertedResidualNames.BlockNames;
import dev.flipside.trainer.net.layer.ConvolutionSpec;
import dev.flipside.trainer.net.layer.InvertedResidual;
import dev.flipside.trainer.net.layer.Layer;
import dev.flipside.trainer.net.layer.LayerFactory;
import dev.flipside.trainer.net.layer.Relu6;
import dev.flipside.trainer.net.layer.Sequential;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network of inverted residuals: MobileNetV2 and the EfficientNet-Lite family. Convolutions are
 * padded alike on all sides; channel counts are multiples of 8.
 *
 * @param stages stages after the 3x3 convolution to 32 channels of stride 2
 * @param naming names of the layers
 * @param epsilon epsilon of all batch normalizations
 */
record InvertedResidualNet(List<Stage> stages, InvertedResidualNames naming, float epsilon)
    implements Backbone.Layout {
  private static final int STEM = 32;

  static final InvertedResidualNet MOBILENET_V2 =
      new InvertedResidualNet(
          List.of(
              new Stage(3, 16, 1, 1, 1),
              new Stage(3, 24, 6, 2, 2),
              new Stage(3, 32, 6, 3, 2),
              new Stage(3, 64, 6, 4, 2),
              new Stage(3, 96, 6, 3, 1),
              new Stage(3, 160, 6, 3, 2),
              new Stage(3, 320, 6, 1, 1)),
          InvertedResidualNames.TORCHVISION,
          LayerFactory.EPSILON);

  private static final List<Stage> EFFICIENTNET =
      List.of(
          new Stage(3, 16, 1, 1, 1),
          new Stage(3, 24, 6, 2, 2),
          new Stage(5, 40, 6, 2, 2),
          new Stage(3, 80, 6, 3, 2),
          new Stage(5, 112, 6, 3, 1),
          new Stage(5, 192, 6, 4, 2),
          new Stage(3, 320, 6, 1, 1));

  /**
   * A stage of blocks.
   *
   * @param kernel kernel size of the depthwise convolutions
   * @param channels output channels
   * @param expansion channels of the depthwise convolutions over input channels
   * @param blocks number of blocks
   * @param stride stride of the first block in the classification network
   */
  record Stage(int kernel, int channels, int expansion, int blocks, int stride) {
    Stage wider(double factor) {
      return new Stage(
          kernel, InvertedResidualNet.channels(channels, factor), expansion, blocks, stride);
    }

    Stage deeper(double factor) {
      return new Stage(kernel, channels, expansion, (int) Math.ceil(factor * blocks), stride);
    }
  }

  /**
   * Returns an EfficientNet-Lite.
   *
   * @param width factor for the channels of all stages
   * @param depth factor for the number of blocks of all stages but the first and the last
   */
  static InvertedResidualNet efficientNetLite(double width, double depth) {
    List<Stage> stages = new ArrayList<>(EFFICIENTNET);
    stages.replaceAll(each -> each.wider(width));
    stages.subList(1, stages.size() - 1).replaceAll(each -> each.deeper(depth));
    return new InvertedResidualNet(List.copyOf(stages), InvertedResidualNames.TIMM, 1e-3f);
  }

  @Override
  public int stemChannels() {
    return STEM;
  }

  @Override
  public Map<String, String> publishedModules() {
    Map<String, String> modules = new LinkedHashMap<>();
    for (InvertedResidualNames scheme : InvertedResidualNames.values()) {
      modules.put(scheme.stemConvolution(), naming.stemConvolution());
      modules.put(scheme.stemNorm(), naming.stemNorm());
      int place = 0;
      for (int stage = 0; stage < stages.size(); stage++) {
        boolean expands = stages.get(stage).expansion() > 1;
        for (int block = 0; block < stages.get(stage).blocks(); block++, place++) {
          List<String> theirs = scheme.block(stage, block, place, expands).all();
          List<String> ours = naming.block(stage, block, place, expands).all();
          for (int i = 0; i < ours.size(); i++) {
            modules.put(theirs.get(i), ours.get(i));
          }
        }
      }
      scheme.classifier(place).forEach(each -> modules.put(each, ""));
    }
    return modules;
  }

  @Override
  public BackboneLayers build(LayerFactory factory, String prefix, double width, int outputStride) {
    DilatedStages dilated = new DilatedStages(outputStride, 2);
    int in = channels(STEM, width);
    List<Layer> low = new ArrayList<>();
    low.add(
        factory.backbone(
            prefix + naming.stemConvolution(),
            prefix + naming.stemNorm(),
            ConvolutionSpec.dense(3, in, 3, 2, 1),
            epsilon));
    low.add(new Relu6());
    List<Layer> high = new ArrayList<>();
    int lowChannels = in;
    int stride = 2;
    int place = 0;
    for (int stage = 0; stage < stages.size(); stage++) {
      Stage each = stages.get(stage);
      stride *= each.stride();
      int out = channels(each.channels(), width);
      Sampling sampling = dilated.next(each.stride());
      for (int block = 0; block < each.blocks(); block++, place++) {
        BlockNames names = naming.block(stage, block, place, each.expansion() > 1).prefixed(prefix);
        Layer layer =
            block(
                factory,
                names,
                ConvolutionSpec.dense(
                    in, out, each.kernel(), sampling.strideOf(block), sampling.dilationOf(block)),
                each.expansion());
        (stride <= 4 ? low : high).add(layer);
        in = out;
      }
      lowChannels = stride <= 4 ? in : lowChannels;
    }
    return new BackboneLayers(new Sequential(low), lowChannels, new Sequential(high), in);
  }

  /**
   * Creates a block.
   *
   * @param outer input and output channels of the block; kernel and sampling of its depthwise
   *     convolution
   */
  private Layer block(
      LayerFactory factory, BlockNames names, ConvolutionSpec outer, int expansion) {
    int inner = outer.in() * expansion;
    List<Layer> layers = new ArrayList<>();
    if (expansion > 1) {
      ConvolutionSpec expand = ConvolutionSpec.pointwise(outer.in(), inner);
      layers.add(factory.backbone(names.expansion(), names.expansionNorm(), expand, epsilon));
      layers.add(new Relu6());
    }
    ConvolutionSpec depthwise =
        ConvolutionSpec.depthwise(inner, outer.kernel(), outer.stride(), outer.dilation());
    layers.add(factory.backbone(names.depthwise(), names.depthwiseNorm(), depthwise, epsilon));
    layers.add(new Relu6());
    ConvolutionSpec project = ConvolutionSpec.pointwise(inner, outer.out());
    layers.add(factory.backbone(names.projection(), names.projectionNorm(), project, epsilon));
    Sequential branch = new Sequential(layers);
    boolean residual = outer.stride() == 1 && outer.in() == outer.out();
    return residual ? new InvertedResidual(branch) : branch;
  }

  /** Multiples of 8, at least 8, not less than 90 % of the exact number (as in MobileNet). */
  static int channels(int base, double width) {
    double exact = base * width;
    int rounded = Math.max(8, (int) (exact + 4) / 8 * 8);
    return rounded < 0.9 * exact ? rounded + 8 : rounded;
  }
}
