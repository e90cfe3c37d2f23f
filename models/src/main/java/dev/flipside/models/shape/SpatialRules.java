package dev.flipside.models.shape;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shape rules of convolution, pooling and interpolation. */
final class SpatialRules {
  private static final long UNKNOWN = PartialTensor.UNKNOWN;

  private SpatialRules() {}

  static @Nullable PartialTensor conv(NodeFacts node, int weightInput) {
    PartialTensor x = node.fact(0);
    PartialTensor w = node.fact(weightInput);
    if (w == null) {
      return null;
    }
    if (x == null) {
      long[] dims = new long[w.rank()];
      Arrays.fill(dims, UNKNOWN);
      dims[1] = w.dims()[0];
      return PartialTensor.shaped(w.type(), dims);
    }
    requireChannels(node, x, w.dims()[1] == UNKNOWN ? UNKNOWN : w.dims()[1] * group(node), w);
    long[] dims = x.dims().clone();
    dims[1] = w.dims()[0];
    for (int i = 2; i < dims.length; i++) {
      dims[i] = windowed(node, dims[i], w.dims()[i], i - 2, dims.length - 2, false);
    }
    return PartialTensor.shaped(x.type(), dims);
  }

  static @Nullable PartialTensor convTranspose(NodeFacts node) {
    PartialTensor x = node.fact(0);
    PartialTensor w = node.fact(1);
    if (x == null || w == null) {
      return null;
    }
    requireChannels(node, x, w.dims()[0], w);
    long[] dims = x.dims().clone();
    dims[1] = w.dims()[1] == UNKNOWN ? UNKNOWN : w.dims()[1] * group(node);
    long[] outputShape = node.longs("output_shape");
    String autoPad = node.text("auto_pad", "NOTSET");
    int axes = dims.length - 2;
    for (int i = 0; i < axes; i++) {
      long in = dims[i + 2];
      long stride = at(node.longs("strides"), i, 1);
      long length = w.dims()[i + 2];
      if (outputShape != null) {
        dims[i + 2] = outputShape[outputShape.length - axes + i];
      } else if (in == UNKNOWN || length == UNKNOWN) {
        dims[i + 2] = UNKNOWN;
      } else if (autoPad.startsWith("SAME")) {
        dims[i + 2] = in * stride;
      } else {
        long kernel = (length - 1) * at(node.longs("dilations"), i, 1) + 1;
        long[] pads = autoPad.equals("VALID") ? null : node.longs("pads");
        long padding = at(pads, i, 0) + at(pads, i + axes, 0);
        dims[i + 2] = stride * (in - 1) + at(node.longs("output_padding"), i, 0) + kernel - padding;
      }
    }
    return PartialTensor.shaped(x.type(), dims);
  }

  static @Nullable PartialTensor pool(NodeFacts node) {
    PartialTensor x = node.fact(0);
    long[] kernel = node.longs("kernel_shape");
    if (x == null || kernel == null || x.rank() != kernel.length + 2) {
      return null;
    }
    long[] dims = x.dims().clone();
    boolean ceil = node.integer("ceil_mode", 0) != 0;
    for (int i = 0; i < kernel.length; i++) {
      dims[i + 2] = windowed(node, dims[i + 2], kernel[i], i, kernel.length, ceil);
    }
    return PartialTensor.shaped(x.type(), dims);
  }

  /** Samples at the coordinates of a grid {@code [N,rows,cols,2]}. */
  static @Nullable PartialTensor gridSample(NodeFacts node, PartialTensor x) {
    PartialTensor grid = node.fact(1);
    if (grid == null || grid.rank() != x.rank()) {
      return null;
    }
    long[] dims = x.dims().clone();
    System.arraycopy(grid.dims(), 1, dims, 2, dims.length - 2);
    return PartialTensor.shaped(x.type(), dims);
  }

  static @Nullable PartialTensor resize(NodeFacts node) {
    PartialTensor x = node.fact(0);
    if (x == null) {
      return null;
    }
    boolean old = node.op().equals("Upsample") || node.opset() < 11;
    long[] sizes = old || !node.has(3) ? null : node.longs(3, "sizes");
    double[] scales = scales(node, old ? 1 : 2);
    long[] axes = node.longs("axes");
    long[] dims = x.dims().clone();
    int count = axes == null ? dims.length : axes.length;
    boolean usesSizes = !old && node.has(3) && !(scales != null && scales.length > 0);
    boolean stretch = node.text("keep_aspect_ratio_policy", "stretch").equals("stretch");
    PartialTensor sizesFact = old ? null : node.fact(3);
    for (int i = 0; i < count; i++) {
      int axis = axes == null ? i : node.axis(axes[i], dims.length);
      if (usesSizes) {
        double size =
            sizes != null && i < sizes.length
                ? sizes[i]
                : sizesFact != null && sizesFact.data() != null && i < sizesFact.data().length
                    ? sizesFact.data()[i]
                    : Double.NaN;
        dims[axis] = Double.isNaN(size) || !stretch ? UNKNOWN : (long) size;
      } else if (scales == null || i >= scales.length || Double.isNaN(scales[i])) {
        dims[axis] = UNKNOWN;
      } else if (dims[axis] != UNKNOWN) {
        dims[axis] = (long) Math.floor(dims[axis] * (double) (float) scales[i]);
      }
    }
    return PartialTensor.shaped(x.type(), dims);
  }

  private static double @Nullable [] scales(NodeFacts node, int input) {
    if (node.has(input)) {
      PartialTensor fact = node.fact(input);
      return fact == null ? null : fact.data();
    }
    List<Float> attribute = node.floats("scales");
    return attribute.isEmpty()
        ? null
        : attribute.stream().mapToDouble(Float::doubleValue).toArray();
  }

  private static void requireChannels(
      NodeFacts node, PartialTensor x, long expected, PartialTensor w) {
    if (x.rank() != w.rank() || x.rank() < 3) {
      throw node.contradiction("input " + x + " and weights " + w + ", expected the same rank");
    }
    if (x.dims()[1] != UNKNOWN && expected != UNKNOWN && x.dims()[1] != expected) {
      throw node.contradiction(
          "input " + x + " has " + x.dims()[1] + " channels, expected " + expected);
    }
  }

  private static long group(NodeFacts node) {
    return node.integer("group", 1);
  }

  private static long windowed(
      NodeFacts node, long in, long kernel, int axis, int axes, boolean ceil) {
    if (in == UNKNOWN || kernel == UNKNOWN) {
      return UNKNOWN;
    }
    long stride = Math.max(1, at(node.longs("strides"), axis, 1));
    long[] pads = node.longs("pads");
    String autoPad = node.text("auto_pad", "NOTSET");
    if (autoPad.startsWith("SAME")) {
      return (in + stride - 1) / stride;
    }
    long padding = autoPad.equals("VALID") ? 0 : at(pads, axis, 0) + at(pads, axis + axes, 0);
    long window = (kernel - 1) * at(node.longs("dilations"), axis, 1) + 1;
    long room = in + padding - window;
    if (room < 0) {
      throw node.contradiction("a window of " + window + " on " + (in + padding) + " px");
    }
    long out = (ceil ? (room + stride - 1) / stride : room / stride) + 1;
    // Omit a window that would start in the trailing padding.
    return ceil && (out - 1) * stride >= in + at(pads, axis, 0) ? out - 1 : out;
  }

  private static long at(long @Nullable [] values, int index, long otherwise) {
    return values == null || index >= values.length ? otherwise : values[index];
  }
}
