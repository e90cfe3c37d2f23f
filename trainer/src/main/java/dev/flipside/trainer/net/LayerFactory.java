package dev.flipside.trainer.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.flipside.trainer.engine.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes layers with named, initialised weights. A weight's initial values depend on the seed and
 * its name alone, so that one more layer changes nothing elsewhere.
 */
final class LayerFactory {
  private final NDManager manager;
  private final long seed;
  private final List<Parameter> weights = new ArrayList<>();
  private final List<Convolution> convolutions = new ArrayList<>();

  LayerFactory(NDManager manager, long seed) {
    this.manager = manager;
    this.seed = seed;
  }

  /** All weights made so far, in the order of the network. */
  List<Parameter> weights() {
    return List.copyOf(weights);
  }

  /** All convolutions made so far. */
  List<Convolution> convolutions() {
    return List.copyOf(convolutions);
  }

  /** A convolution of the backbone: He initialisation over the outputs, no bias, normalised. */
  NormalizedConvolution backbone(
      String convolution, String norm, int in, int out, int kernel, int stride, int dilation) {
    String name = convolution + ".weight";
    Random random = random(name);
    double deviation = Math.sqrt(2.0 / ((double) out * kernel * kernel));
    Parameter weight = kernel(name, in, out, kernel, () -> random.nextGaussian() * deviation);
    return new NormalizedConvolution(
        convolution(weight, null, stride, dilation), normalization(norm, out));
  }

  /** The 3x3 convolution of the head: PyTorch's default initialisation, no bias, normalised. */
  NormalizedConvolution head(String convolution, String norm, int in, int out) {
    Parameter weight = uniformKernel(convolution, in, out, 3);
    return new NormalizedConvolution(convolution(weight, null, 1, 1), normalization(norm, out));
  }

  /** The 1x1 convolution to the classes: PyTorch's default initialisation, with bias. */
  Convolution classifier(String name, int in, int out) {
    Parameter weight = uniformKernel(name, in, out, 1);
    double bound = 1 / Math.sqrt(in);
    String biasName = name + ".bias";
    Random random = random(biasName);
    float[] bias = new float[out];
    for (int i = 0; i < out; i++) {
      bias[i] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    return convolution(weight, add(biasName, bias, true, out), 1, 1);
  }

  private Convolution convolution(
      Parameter weight, @Nullable Parameter bias, int stride, int dilation) {
    Convolution convolution = new Convolution(weight, bias, stride, dilation);
    convolutions.add(convolution);
    return convolution;
  }

  private Parameter uniformKernel(String convolution, int in, int out, int kernel) {
    String name = convolution + ".weight";
    Random random = random(name);
    double bound = 1 / Math.sqrt((double) in * kernel * kernel);
    return kernel(name, in, out, kernel, () -> (2 * random.nextDouble() - 1) * bound);
  }

  private Parameter kernel(String name, int in, int out, int kernel, DoubleSupplier values) {
    float[] data = new float[out * in * kernel * kernel];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) values.getAsDouble();
    }
    return add(name, data, true, out, in, kernel, kernel);
  }

  private BatchNormalization normalization(String name, int channels) {
    return new BatchNormalization(
        add(name + ".weight", filled(channels, 1), true, channels),
        add(name + ".bias", filled(channels, 0), true, channels),
        add(name + ".running_mean", filled(channels, 0), false, channels),
        add(name + ".running_var", filled(channels, 1), false, channels));
  }

  private static float[] filled(int length, float value) {
    float[] values = new float[length];
    Arrays.fill(values, value);
    return values;
  }

  private Parameter add(String name, float[] data, boolean trained, long... shape) {
    NDArray value = Torch.create(manager, data, new Shape(shape));
    value.setRequiresGradient(trained);
    Parameter weight = new Parameter(name, value, trained);
    weights.add(weight);
    return weight;
  }

  private Random random(String name) {
    return new Random(seed * 0x9E3779B97F4A7C15L + name.hashCode());
  }

  /** A stage of a ResNet: its first block changes stride and channels. */
  Sequential stage(
      String name, boolean bottleneck, int in, int planes, int blocks, StageSampling sampling) {
    int out = bottleneck ? 4 * planes : planes;
    List<Layer> stage = new ArrayList<>();
    for (int index = 0; index < blocks; index++) {
      boolean first = index == 0;
      String prefix = name + "." + index;
      int stride = first ? sampling.stride() : 1;
      int dilation = first ? sampling.firstDilation() : sampling.dilation();
      int from = first ? in : out;
      List<Layer> branch =
          bottleneck
              ? bottleneckBranch(prefix, from, planes, stride, dilation)
              : basicBranch(prefix, from, planes, stride, dilation);
      @Nullable NormalizedConvolution shortcut =
          stride != 1 || from != out
              ? backbone(
                  prefix + ".downsample.0", prefix + ".downsample.1", from, out, 1, stride, 1)
              : null;
      stage.add(new ResidualBlock(new Sequential(branch), shortcut));
    }
    return new Sequential(stage);
  }

  private List<Layer> basicBranch(String name, int in, int planes, int stride, int dilation) {
    return List.of(
        backbone(name + ".conv1", name + ".bn1", in, planes, 3, stride, dilation),
        new Relu(),
        backbone(name + ".conv2", name + ".bn2", planes, planes, 3, 1, dilation));
  }

  private List<Layer> bottleneckBranch(String name, int in, int planes, int stride, int dilation) {
    return List.of(
        backbone(name + ".conv1", name + ".bn1", in, planes, 1, 1, 1),
        new Relu(),
        backbone(name + ".conv2", name + ".bn2", planes, planes, 3, stride, dilation),
        new Relu(),
        backbone(name + ".conv3", name + ".bn3", planes, 4 * planes, 1, 1, 1));
  }

  /**
   * How a stage samples its input.
   *
   * @param stride of its first block
   * @param firstDilation of its first block
   * @param dilation of the other blocks
   */
  record StageSampling(int stride, int firstDilation, int dilation) {}
}
