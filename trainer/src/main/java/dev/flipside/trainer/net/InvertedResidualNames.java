package dev.flipside.trainer.net;

import java.util.List;
import java.util.stream.Stream;

/**
 * The names under which weights of networks of inverted residuals are published. A block is named
 * by its stage and its number there, or by its place in the whole network, all counted from 0.
 */
enum InvertedResidualNames {
  /** torchvision's MobileNetV2. */
  TORCHVISION("features.0.0", "features.0.1") {
    @Override
    BlockNames block(int stage, int block, int place, boolean expands) {
      String prefix = "features." + (place + 1) + ".conv.";
      return expands
          ? new BlockNames("0.0", "0.1", "1.0", "1.1", "2", "3").prefixed(prefix)
          : new BlockNames("", "", "0.0", "0.1", "1", "2").prefixed(prefix);
    }

    @Override
    List<String> classifier(int blocks) {
      String last = "features." + (blocks + 1);
      return List.of(last + ".0", last + ".1", "classifier.1");
    }
  },

  /** timm's MobileNetV2 and EfficientNet-Lite. */
  TIMM("conv_stem", "bn1") {
    @Override
    BlockNames block(int stage, int block, int place, boolean expands) {
      String prefix = "blocks." + stage + "." + block + ".";
      return expands
          ? new BlockNames("conv_pw", "bn1", "conv_dw", "bn2", "conv_pwl", "bn3").prefixed(prefix)
          : new BlockNames("", "", "conv_dw", "bn1", "conv_pw", "bn2").prefixed(prefix);
    }

    @Override
    List<String> classifier(int blocks) {
      return List.of("conv_head", "bn2", "classifier");
    }
  },

  /** The package {@code efficientnet-pytorch} and those derived from it. */
  EFFICIENTNET_PYTORCH("_conv_stem", "_bn0") {
    @Override
    BlockNames block(int stage, int block, int place, boolean expands) {
      String prefix = "_blocks." + place + ".";
      return new BlockNames(
              expands ? "_expand_conv" : "",
              expands ? "_bn0" : "",
              "_depthwise_conv",
              "_bn1",
              "_project_conv",
              "_bn2")
          .prefixed(prefix);
    }

    @Override
    List<String> classifier(int blocks) {
      return List.of("_conv_head", "_bn1", "_fc");
    }
  };

  private final String stemConvolution;
  private final String stemNorm;

  InvertedResidualNames(String stemConvolution, String stemNorm) {
    this.stemConvolution = stemConvolution;
    this.stemNorm = stemNorm;
  }

  String stemConvolution() {
    return stemConvolution;
  }

  String stemNorm() {
    return stemNorm;
  }

  abstract BlockNames block(int stage, int block, int place, boolean expands);

  /** Returns the modules after the last block, of a network of so many blocks. */
  abstract List<String> classifier(int blocks);

  /** The convolutions of a block and their normalizations; no expansion if its name is empty. */
  record BlockNames(
      String expansion,
      String expansionNorm,
      String depthwise,
      String depthwiseNorm,
      String projection,
      String projectionNorm) {
    BlockNames prefixed(String prefix) {
      return new BlockNames(
          expansion.isEmpty() ? "" : prefix + expansion,
          expansionNorm.isEmpty() ? "" : prefix + expansionNorm,
          prefix + depthwise,
          prefix + depthwiseNorm,
          prefix + projection,
          prefix + projectionNorm);
    }

    List<String> all() {
      return Stream.of(
              expansion, expansionNorm, depthwise, depthwiseNorm, projection, projectionNorm)
          .filter(each -> !each.isEmpty())
          .toList();
    }
  }
}
