package dev.flipside.trainer.net.layer;

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
 * Creates layers with named, initialized weights. The initial values of a weight depend only on the
 * seed and its name, so that an additional layer changes nothing elsewhere.
 */
public final class LayerFactory {
  /** Epsilon of batch normalization in PyTorch. */
  public static final float EPSILON = 1e-5f;

  private final NDManager manager;
  private final long seed;
  private final List<Parameter> weights = new ArrayList<>();
  private final List<Convolution> convolutions = new ArrayList<>();

  /** Creates a factory of layers whose weights belong to {@code manager}. */
  public LayerFactory(NDManager manager, long seed) {
    this.manager = manager;
    this.seed = seed;
  }

  /** Returns all weights created so far, in the order of the network. */
  public List<Parameter> weights() {
    return List.copyOf(weights);
  }

  /** Returns all convolutions created so far. */
  public List<Convolution> convolutions() {
    return List.copyOf(convolutions);
  }

  /**
   * Creates a convolution of a backbone, without bias and with batch normalization. He
   * initialization over the outputs of a group.
   *
   * @param convolution name of the convolution
   * @param norm name of the batch normalization
   * @param epsilon epsilon of the batch normalization
   */
  public NormalizedConvolution backbone(
      String convolution, String norm, ConvolutionSpec spec, float epsilon) {
    String name = convolution + ".weight";
    Random random = random(name);
    double fanOut = (double) spec.out() / spec.groups() * spec.kernel() * spec.kernel();
    double deviation = Math.sqrt(2.0 / fanOut);
    Parameter weight = kernel(name, spec, () -> random.nextGaussian() * deviation);
    return new NormalizedConvolution(
        convolution(weight, null, spec), normalization(norm, spec.out(), epsilon));
  }

  /**
   * Creates a convolution of a head, without bias and with batch normalization. Default
   * initialization of PyTorch.
   */
  public NormalizedConvolution head(String convolution, String norm, ConvolutionSpec spec) {
    Parameter weight = uniformKernel(convolution, spec);
    return new NormalizedConvolution(
        convolution(weight, null, spec), normalization(norm, spec.out(), EPSILON));
  }

  /**
   * Creates an atrous separable convolution of a head: a 3x3 depthwise convolution, a 1x1
   * convolution, and batch normalization (DeepLabV3+). Default initialization of PyTorch.
   */
  public Sequential separable(String prefix, int in, int out, int dilation) {
    ConvolutionSpec spec = ConvolutionSpec.depthwise(in, 3, 1, dilation);
    Parameter weight = uniformKernel(prefix + "0.0", spec);
    return new Sequential(
        List.of(
            convolution(weight, null, spec),
            head(prefix + "0.1", prefix + "1", ConvolutionSpec.pointwise(in, out))));
  }

  /**
   * Creates the 1x1 convolution to the classes, with bias. Default initialization of PyTorch.
   *
   * @param in input channels
   * @param out number of classes
   */
  public Convolution classifier(String name, int in, int out) {
    ConvolutionSpec spec = ConvolutionSpec.pointwise(in, out);
    Parameter weight = uniformKernel(name, spec);
    double bound = 1 / Math.sqrt(in);
    String biasName = name + ".bias";
    Random random = random(biasName);
    float[] bias = new float[out];
    for (int i = 0; i < out; i++) {
      bias[i] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    return convolution(weight, add(biasName, bias, true, out), spec);
  }

  private Convolution convolution(
      Parameter weight, @Nullable Parameter bias, ConvolutionSpec spec) {
    Convolution convolution = new Convolution(weight, bias, spec);
    convolutions.add(convolution);
    return convolution;
  }

  private Parameter uniformKernel(String convolution, ConvolutionSpec spec) {
    String name = convolution + ".weight";
    Random random = random(name);
    double fanIn = (double) spec.in() / spec.groups() * spec.kernel() * spec.kernel();
    double bound = 1 / Math.sqrt(fanIn);
    return kernel(name, spec, () -> (2 * random.nextDouble() - 1) * bound);
  }

  private Parameter kernel(String name, ConvolutionSpec spec, DoubleSupplier values) {
    Shape shape = new Shape(spec.weightShape());
    float[] data = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) values.getAsDouble();
    }
    return add(name, data, true, shape.getShape());
  }

  private BatchNormalization normalization(String name, int channels, float epsilon) {
    return new BatchNormalization(
        add(name + ".weight", filled(channels, 1), true, channels),
        add(name + ".bias", filled(channels, 0), true, channels),
        add(name + ".running_mean", filled(channels, 0), false, channels),
        add(name + ".running_var", filled(channels, 1), false, channels),
        epsilon);
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
}
