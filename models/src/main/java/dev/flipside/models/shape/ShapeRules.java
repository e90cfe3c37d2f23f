package dev.flipside.models.shape;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Shape rules of operators that rearrange, join, slice and reduce tensors. */
final class ShapeRules {
  private static final long UNKNOWN = PartialTensor.UNKNOWN;

  private ShapeRules() {}

  static PartialTensor shapeOf(NodeFacts node, PartialTensor x) {
    int from = clamp(node.integer("start", 0), x.rank());
    int to = Math.max(from, clamp(node.integer("end", x.rank()), x.rank()));
    double[] data = new double[to - from];
    for (int i = from; i < to; i++) {
      data[i - from] = x.dims()[i] == UNKNOWN ? Double.NaN : x.dims()[i];
    }
    return PartialTensor.shaped(PartialTensor.INT64, data.length).withData(data);
  }

  static PartialTensor transpose(NodeFacts node, PartialTensor x) {
    long[] permutation = node.longs("perm");
    long[] dims = new long[x.rank()];
    if (permutation != null && permutation.length != dims.length) {
      throw node.contradiction("perm " + Arrays.toString(permutation) + " of " + x);
    }
    for (int i = 0; i < dims.length; i++) {
      int from = permutation == null ? dims.length - 1 - i : node.axis(permutation[i], dims.length);
      dims[i] = x.dims()[from];
    }
    return PartialTensor.shaped(x.type(), dims);
  }

  static @Nullable PartialTensor reshape(NodeFacts node, PartialTensor x) {
    PartialTensor shape = node.fact(1);
    if (shape == null || shape.data() == null) {
      return shape != null && shape.rank() == 1 && shape.count() != UNKNOWN && shape.count() <= 16
          ? unknown(x.type(), shape.dims()[0])
          : null;
    }
    boolean zeroIsZero = node.integer("allowzero", 0) != 0;
    double[] asked = shape.data();
    long[] dims = new long[asked.length];
    int open = -1;
    boolean known = true;
    for (int i = 0; i < dims.length; i++) {
      if (Double.isNaN(asked[i])) {
        dims[i] = UNKNOWN;
        known = false;
      } else if (asked[i] == -1) {
        open = i;
        dims[i] = 1;
      } else if (asked[i] == 0 && !zeroIsZero) {
        if (i >= x.rank()) {
          throw node.contradiction("0 in shape " + Arrays.toString(asked) + " of " + x);
        }
        dims[i] = x.dims()[i];
        known &= dims[i] != UNKNOWN;
      } else if (asked[i] < 0) {
        throw node.contradiction("length " + asked[i] + " in the shape asked for");
      } else {
        dims[i] = (long) asked[i];
      }
    }
    long count = x.count();
    if (!known || count == UNKNOWN) {
      if (open >= 0) {
        dims[open] = UNKNOWN;
      }
      return PartialTensor.shaped(x.type(), dims);
    }
    PartialTensor reshaped = PartialTensor.shaped(x.type(), dims);
    long rest = reshaped.count();
    if (open >= 0 && rest > 0 && count % rest == 0) {
      dims[open] = count / rest;
    } else if (rest != count) {
      throw node.contradiction(
          x + " of " + count + " elements as " + Arrays.toString(NodeFacts.toLongs(asked)));
    }
    return PartialTensor.shaped(x.type(), dims).withData(x.data());
  }

  static PartialTensor flatten(NodeFacts node, PartialTensor x) {
    long axis = node.integer("axis", 1);
    int at = (int) Math.max(0, Math.min(x.rank(), axis < 0 ? axis + x.rank() : axis));
    long left = PartialTensor.shaped(0, Arrays.copyOfRange(x.dims(), 0, at)).count();
    long right = PartialTensor.shaped(0, Arrays.copyOfRange(x.dims(), at, x.rank())).count();
    return PartialTensor.shaped(x.type(), left, right);
  }

  static @Nullable PartialTensor squeeze(NodeFacts node, PartialTensor x) {
    long[] axes = node.longs(1, "axes");
    if (axes == null && node.has(1)) {
      return null;
    }
    boolean[] dropped = new boolean[x.rank()];
    if (axes == null) {
      for (int i = 0; i < x.rank(); i++) {
        if (x.dims()[i] == UNKNOWN) {
          return null;
        }
        dropped[i] = x.dims()[i] == 1;
      }
    } else {
      for (long axis : axes) {
        int at = node.axis(axis, x.rank());
        if (x.dims()[at] != 1 && x.dims()[at] != UNKNOWN) {
          throw node.contradiction("axis " + axis + " of " + x + ", expected length 1");
        }
        dropped[at] = true;
      }
    }
    long[] dims = new long[x.rank()];
    int rank = 0;
    for (int i = 0; i < x.rank(); i++) {
      if (!dropped[i]) {
        dims[rank++] = x.dims()[i];
      }
    }
    return PartialTensor.shaped(x.type(), Arrays.copyOf(dims, rank)).withData(x.data());
  }

  static @Nullable PartialTensor unsqueeze(NodeFacts node, PartialTensor x) {
    long[] axes = node.longs(1, "axes");
    if (axes == null || axes.length > 16) {
      return null;
    }
    int rank = x.rank() + axes.length;
    boolean[] added = new boolean[rank];
    for (long axis : axes) {
      added[node.axis(axis, rank)] = true;
    }
    long[] dims = new long[rank];
    int from = 0;
    for (int i = 0; i < rank; i++) {
      dims[i] = added[i] || from >= x.rank() ? 1 : x.dims()[from++];
    }
    return PartialTensor.shaped(x.type(), dims).withData(x.data());
  }

  static @Nullable PartialTensor concat(NodeFacts node) {
    PartialTensor first = null;
    List<PartialTensor> parts = new ArrayList<>();
    for (int i = 0; i < node.proto().getInputCount(); i++) {
      PartialTensor part = node.fact(i);
      parts.add(part);
      first = first == null ? part : first;
    }
    if (first == null) {
      return null;
    }
    int axis = node.axis(node.integer("axis", 0), first.rank());
    long[] dims = first.dims().clone();
    dims[axis] = 0;
    double[] data = new double[PartialTensor.MOST_DATA];
    int filled = first.rank() == 1 ? 0 : -1;
    for (PartialTensor part : parts) {
      if (part == null) {
        dims[axis] = UNKNOWN;
        filled = -1;
        continue;
      }
      if (part.rank() != dims.length) {
        throw node.contradiction("parts of rank " + dims.length + " and " + part.rank());
      }
      for (int i = 0; i < dims.length; i++) {
        if (i == axis) {
          dims[i] =
              dims[i] == UNKNOWN || part.dims()[i] == UNKNOWN ? UNKNOWN : dims[i] + part.dims()[i];
        } else if (dims[i] == UNKNOWN) {
          dims[i] = part.dims()[i];
        } else if (part.dims()[i] != UNKNOWN && part.dims()[i] != dims[i]) {
          throw node.contradiction("parts " + first + " and " + part + " differ in axis " + i);
        }
      }
      filled = append(data, filled, part);
    }
    PartialTensor joined = PartialTensor.shaped(first.type(), dims);
    return filled < 0 ? joined : joined.withData(Arrays.copyOf(data, filled));
  }

  private static int append(double[] data, int filled, PartialTensor part) {
    if (filled < 0 || part.count() == UNKNOWN || filled + part.count() > data.length) {
      return -1;
    }
    int count = (int) part.count();
    if (part.data() == null) {
      Arrays.fill(data, filled, filled + count, Double.NaN);
    } else {
      System.arraycopy(part.data(), 0, data, filled, count);
    }
    return filled + count;
  }

  static List<PartialTensor> split(NodeFacts node, PartialTensor x) {
    int outputs = node.proto().getOutputCount();
    int axis = node.axis(node.integer("axis", 0), x.rank());
    long[] lengths = node.longs(1, "split");
    long each = x.dims()[axis] == UNKNOWN ? UNKNOWN : (x.dims()[axis] + outputs - 1) / outputs;
    List<PartialTensor> parts = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      long[] dims = x.dims().clone();
      dims[axis] =
          lengths != null && i < lengths.length
              ? lengths[i]
              : each == UNKNOWN || node.has(1)
                  ? UNKNOWN
                  : Math.max(0, Math.min(each, x.dims()[axis] - i * each));
      parts.add(PartialTensor.shaped(x.type(), dims));
    }
    return parts;
  }

  static @Nullable PartialTensor gather(NodeFacts node, PartialTensor x) {
    PartialTensor indices = node.fact(1);
    if (indices == null) {
      return null;
    }
    int axis = node.axis(node.integer("axis", 0), x.rank());
    long[] dims = new long[x.rank() - 1 + indices.rank()];
    System.arraycopy(x.dims(), 0, dims, 0, axis);
    System.arraycopy(indices.dims(), 0, dims, axis, indices.rank());
    System.arraycopy(x.dims(), axis + 1, dims, axis + indices.rank(), x.rank() - axis - 1);
    PartialTensor gathered = PartialTensor.shaped(x.type(), dims);
    double[] picks = node.known(1);
    if (x.data() == null || x.rank() != 1 || picks == null) {
      return gathered;
    }
    double[] data = new double[picks.length];
    for (int i = 0; i < picks.length; i++) {
      data[i] = x.data()[node.axis((long) picks[i], x.data().length)];
    }
    return gathered.withData(data);
  }

  static @Nullable PartialTensor slice(NodeFacts node, PartialTensor x) {
    boolean attributes = node.opset() < 10;
    long[] starts = attributes ? node.longs("starts") : node.longs(1, "starts");
    long[] ends = attributes ? node.longs("ends") : node.longs(2, "ends");
    long[] axes = attributes ? node.longs("axes") : node.longs(3, "axes");
    long[] steps = attributes ? null : node.longs(4, "steps");
    if (axes == null && !node.has(3)) {
      axes = new long[x.rank()];
      Arrays.setAll(axes, i -> i);
      axes = starts == null ? axes : Arrays.copyOf(axes, Math.min(axes.length, starts.length));
    }
    long[] dims = x.dims().clone();
    if (axes == null) {
      return unknown(x.type(), x.rank());
    }
    double[] data = x.rank() == 1 ? x.data() : null;
    for (int i = 0; i < axes.length; i++) {
      int axis = node.axis(axes[i], x.rank());
      boolean stepKnown = steps != null || !node.has(4);
      if (starts == null
          || ends == null
          || i >= starts.length
          || i >= ends.length
          || dims[axis] == UNKNOWN
          || !stepKnown) {
        dims[axis] = UNKNOWN;
        data = null;
        continue;
      }
      long step = steps == null || i >= steps.length ? 1 : steps[i];
      if (step == 0) {
        throw node.contradiction("step 0");
      }
      long length = dims[axis];
      if (length == 0) {
        data = null;
        continue;
      }
      long low = step > 0 ? 0 : -1;
      long high = step > 0 ? length : length - 1;
      long start = bounded(starts[i], length, 0, high);
      long end = bounded(ends[i], length, low, high);
      long span = step > 0 ? end - start : start - end;
      long stride = Math.abs(step);
      dims[axis] = span <= 0 ? 0 : (span + stride - 1) / stride;
      if (data != null) {
        double[] cut = new double[(int) dims[axis]];
        for (int k = 0; k < cut.length; k++) {
          cut[k] = data[(int) (start + k * step)];
        }
        data = cut;
      }
    }
    return PartialTensor.shaped(x.type(), dims).withData(data);
  }

  private static long bounded(long index, long length, long low, long high) {
    long counted = index < 0 ? index + length : index;
    return Math.max(low, Math.min(high, counted));
  }

  static @Nullable PartialTensor expand(NodeFacts node, PartialTensor x) {
    PartialTensor shape = node.fact(1);
    if (shape == null || shape.data() == null) {
      return null;
    }
    double[] asked = shape.data();
    long[] dims = new long[asked.length];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = Double.isNaN(asked[i]) ? UNKNOWN : (long) asked[i];
    }
    return broadcast(node, x.type(), List.of(x, PartialTensor.shaped(0, dims)));
  }

  static PartialTensor tile(NodeFacts node, PartialTensor x) {
    PartialTensor repeats = node.fact(1);
    long[] dims = x.dims().clone();
    for (int i = 0; i < dims.length; i++) {
      boolean known =
          repeats != null
              && repeats.data() != null
              && i < repeats.data().length
              && !Double.isNaN(repeats.data()[i]);
      dims[i] =
          known && repeats != null && repeats.data() != null && dims[i] != UNKNOWN
              ? PartialTensor.saturatedProduct(dims[i], (long) repeats.data()[i])
              : UNKNOWN;
    }
    return PartialTensor.shaped(x.type(), dims);
  }

  static PartialTensor pad(NodeFacts node, PartialTensor x) {
    long[] pads = node.opset() < 11 ? node.longs("pads") : node.longs(1, "pads");
    long[] axes = node.has(3) ? node.longs(3, "axes") : null;
    long[] dims = x.dims().clone();
    if (pads == null || (node.has(3) && axes == null)) {
      return unknown(x.type(), x.rank());
    }
    int count = pads.length / 2;
    for (int i = 0; i < count; i++) {
      int axis = node.axis(axes == null ? i : axes[i], x.rank());
      dims[axis] = dims[axis] == UNKNOWN ? UNKNOWN : dims[axis] + pads[i] + pads[i + count];
      if (dims[axis] < UNKNOWN) {
        throw node.contradiction("pads " + Arrays.toString(pads) + " of " + x);
      }
    }
    return PartialTensor.shaped(x.type(), dims);
  }

  static @Nullable PartialTensor reduce(NodeFacts node, PartialTensor x) {
    long[] axes = node.longs(1, "axes");
    boolean keep = node.integer("keepdims", 1) != 0;
    if (axes == null && node.has(1)) {
      return keep ? unknown(x.type(), x.rank()) : null;
    }
    if (axes == null && node.integer("noop_with_empty_axes", 0) != 0) {
      return x;
    }
    boolean[] reduced = new boolean[x.rank()];
    if (axes == null) {
      Arrays.fill(reduced, true);
    } else {
      for (long axis : axes) {
        reduced[node.axis(axis, x.rank())] = true;
      }
    }
    return without(x, reduced, keep, x.type());
  }

  static PartialTensor argMax(NodeFacts node, PartialTensor x) {
    boolean[] reduced = new boolean[x.rank()];
    reduced[node.axis(node.integer("axis", 0), x.rank())] = true;
    return without(x, reduced, node.integer("keepdims", 1) != 0, PartialTensor.INT64);
  }

  private static PartialTensor without(PartialTensor x, boolean[] reduced, boolean keep, int type) {
    long[] dims = new long[x.rank()];
    int rank = 0;
    for (int i = 0; i < x.rank(); i++) {
      if (!reduced[i]) {
        dims[rank++] = x.dims()[i];
      } else if (keep) {
        dims[rank++] = 1;
      }
    }
    return PartialTensor.shaped(type, Arrays.copyOf(dims, rank));
  }

  static @Nullable PartialTensor matMul(NodeFacts node, PartialTensor a) {
    PartialTensor b = node.fact(1);
    if (b == null || a.rank() < 1 || b.rank() < 1) {
      return null;
    }
    // A vector is a row on the left and a column on the right; its axis of length 1 is dropped.
    long[] left = a.rank() == 1 ? new long[] {1, a.dim(0)} : a.dims();
    long[] right = b.rank() == 1 ? new long[] {b.dim(0), 1} : b.dims();
    long inner = left[left.length - 1];
    if (inner != UNKNOWN
        && right[right.length - 2] != UNKNOWN
        && inner != right[right.length - 2]) {
      throw node.contradiction(a + " times " + b);
    }
    PartialTensor outer =
        broadcast(
            node,
            a.type(),
            List.of(
                PartialTensor.shaped(0, Arrays.copyOf(left, left.length - 2)),
                PartialTensor.shaped(0, Arrays.copyOf(right, right.length - 2))));
    LongStream.Builder dims = LongStream.builder();
    Arrays.stream(outer.dims()).forEach(dims::add);
    if (a.rank() > 1) {
      dims.add(left[left.length - 2]);
    }
    if (b.rank() > 1) {
      dims.add(right[right.length - 1]);
    }
    return PartialTensor.shaped(a.type(), dims.build().toArray());
  }

  static @Nullable PartialTensor gemm(NodeFacts node, PartialTensor a) {
    PartialTensor b = node.fact(1);
    if (b == null || a.rank() != 2 || b.rank() != 2) {
      return null;
    }
    long rows = a.dims()[node.integer("transA", 0) != 0 ? 1 : 0];
    long cols = b.dims()[node.integer("transB", 0) != 0 ? 0 : 1];
    return PartialTensor.shaped(a.type(), rows, cols);
  }

  static PartialTensor depthToSpace(NodeFacts node, PartialTensor x, boolean toSpace) {
    long block = Math.max(1, node.integer("blocksize", 1));
    long[] dims = x.dims().clone();
    if (dims.length != 4) {
      throw node.contradiction(x + ", expected rank 4");
    }
    dims[1] = scaled(node, dims[1], block * block, !toSpace);
    dims[2] = scaled(node, dims[2], block, toSpace);
    dims[3] = scaled(node, dims[3], block, toSpace);
    return PartialTensor.shaped(x.type(), dims);
  }

  private static long scaled(NodeFacts node, long length, long factor, boolean up) {
    if (length != UNKNOWN && !up && length % factor != 0) {
      throw node.contradiction("a length of " + length + " is no multiple of " + factor);
    }
    return length == UNKNOWN
        ? UNKNOWN
        : up ? PartialTensor.saturatedProduct(length, factor) : length / factor;
  }

  /** Handles equations such as {@code nchw,kc->nkhw}. */
  static @Nullable PartialTensor einsum(NodeFacts node) {
    String[] sides = node.text("equation", "").replace(" ", "").split("->", -1);
    if (sides.length != 2 || !sides[0].matches("[A-Za-z,]+") || !sides[1].matches("[A-Za-z]*")) {
      return null;
    }
    String[] terms = sides[0].split(",", -1);
    Map<Character, Long> lengths = new HashMap<>();
    int type = 0;
    for (int i = 0; i < terms.length; i++) {
      PartialTensor part = node.fact(i);
      if (part == null) {
        continue;
      }
      if (part.rank() != terms[i].length()) {
        throw node.contradiction(part + " as \"" + terms[i] + "\"");
      }
      type = part.type();
      for (int axis = 0; axis < part.rank(); axis++) {
        long length = part.dims()[axis];
        Long before = lengths.get(terms[i].charAt(axis));
        if (length > 1 && before != null && before > 1 && before != length) {
          throw node.contradiction(terms[i].charAt(axis) + " is " + before + " and " + length);
        }
        if (length != UNKNOWN && (before == null || before <= 1)) {
          lengths.put(terms[i].charAt(axis), length);
        }
      }
    }
    long[] dims = new long[sides[1].length()];
    Arrays.setAll(dims, axis -> lengths.getOrDefault(sides[1].charAt(axis), UNKNOWN));
    return PartialTensor.shaped(type, dims);
  }

  static @Nullable PartialTensor shapedAs(@Nullable PartialTensor other, int type) {
    return other == null ? null : PartialTensor.shaped(type, other.dims());
  }

  /** Merges the results of all branches; branches that cannot run have no results. */
  static List<@Nullable PartialTensor> common(
      List<List<@Nullable PartialTensor>> branches, int count) {
    List<@Nullable PartialTensor> common = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      PartialTensor result = null;
      boolean agreed = true;
      for (List<@Nullable PartialTensor> branch : branches) {
        if (branch.isEmpty()) {
          continue;
        }
        PartialTensor fact = i < branch.size() ? branch.get(i) : null;
        agreed &= fact != null && (result == null || result.rank() == fact.rank());
        result = !agreed || fact == null ? null : result == null ? fact : merged(result, fact);
      }
      common.add(agreed ? result : null);
    }
    return common;
  }

  private static PartialTensor merged(PartialTensor a, PartialTensor b) {
    long[] dims = a.dims().clone();
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = dims[axis] == b.dims()[axis] ? dims[axis] : UNKNOWN;
    }
    return PartialTensor.shaped(a.type(), dims);
  }

  static PartialTensor broadcast(NodeFacts node, int type, List<PartialTensor> parts) {
    int rank = parts.stream().mapToInt(PartialTensor::rank).max().orElse(0);
    long[] dims = new long[rank];
    Arrays.fill(dims, 1);
    for (PartialTensor part : parts) {
      for (int i = 0; i < part.rank(); i++) {
        int at = rank - part.rank() + i;
        long dim = part.dims()[i];
        if (dims[at] == 1) {
          dims[at] = dim;
        } else if (dims[at] == UNKNOWN) {
          dims[at] = dim == 1 ? UNKNOWN : dim;
        } else if (dim != 1 && dim != UNKNOWN && dim != dims[at]) {
          throw node.contradiction("shapes " + parts + " do not go together");
        }
      }
    }
    return PartialTensor.shaped(type, dims);
  }

  static PartialTensor unknown(int type, long rank) {
    long[] dims = new long[(int) rank];
    Arrays.fill(dims, UNKNOWN);
    return PartialTensor.shaped(type, dims);
  }

  private static int clamp(long index, int rank) {
    return (int) Math.max(0, Math.min(rank, index < 0 ? index + rank : index));
  }
}
