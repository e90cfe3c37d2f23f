package dev.flipside.models.scoring;

import dev.flipside.models.card.Canvas;
import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.SizeRule;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import java.util.ArrayList;
import java.util.List;

/** Converts raw pixels {@code [N,H,W,c]} to the input of the model. */
final class Preprocessing {
  /** ITU-R BT.601 in 16 bits. Sums of bytes times these are exact in float32. */
  private static final float[] BRIGHTNESS = {19595f / 65536, 38470f / 65536, 7471f / 65536};

  private final OnnxOps ops;
  private final InputCard card;

  Preprocessing(OnnxOps ops, InputCard card) {
    this.ops = ops;
    this.card = card;
  }

  /**
   * Prepares a batch.
   *
   * @param images {@code [batch,H,W,c]} of the pixel format of the card
   * @param batch number of views
   * @param view size of the views
   */
  OnnxValue prepare(OnnxValue images, int batch, ImageSize view) {
    OnnxValue x =
        switch (card.channels()) {
          case RGB, BANDS -> images;
          case BGR -> ops.reverse(images, 3);
          case GREY -> grey(images);
        };
    int channels = card.channelCount();
    Canvas canvas = card.size().canvas(view);
    ImageSize content = canvas.content();
    boolean resize = !content.equals(view);
    List<Float> pad =
        card.size() instanceof SizeRule.Fit fit && canvas.isPadded() ? fit.pad() : List.of();
    if (canvas.isPadded() && pad.isEmpty()) {
      x = repeatEdge(x, 1, view.height(), canvas.size().height());
      x = repeatEdge(x, 2, view.width(), canvas.size().width());
    }
    // Transposed as bytes, before float32 makes them four times as large; Resize needs [N,C,H,W].
    boolean channelsFirst = card.layout() == TensorLayout.NCHW;
    if (channelsFirst || resize) {
      x = ops.transpose(x, 0, 3, 1, 2);
    }
    boolean floating = resize || !pad.isEmpty() || card.type() != TensorType.UINT8;
    if (floating) {
      x = ops.cast(x, TensorType.FLOAT32);
    }
    if (resize) {
      x = ops.resizeLinear(x, batch, channels, content.height(), content.width());
      if (!channelsFirst) {
        x = ops.transpose(x, 0, 2, 3, 1);
      }
    }
    if (!pad.isEmpty()) {
      x = surrounded(x, batch, canvas, pad);
    }
    if (card.type() == TensorType.UINT8) {
      return floating ? ops.cast(ops.op("Round", x), TensorType.UINT8) : x;
    }
    OnnxValue normal = normalize(x, channelsFirst);
    return card.type() == TensorType.FLOAT32 ? normal : ops.cast(normal, card.type());
  }

  /**
   * Returns the brightness of RGB bytes {@code [N,H,W,3]} as bytes {@code [N,H,W,1]}, to the bit as
   * Pillow calculates it. Of a grey image it is the value that each channel has.
   */
  private OnnxValue grey(OnnxValue images) {
    OnnxValue weights = ops.floats(BRIGHTNESS, 1, 1, 1, 3);
    OnnxValue weighed = ops.op("Mul", ops.cast(images, TensorType.FLOAT32), weights);
    OnnxValue half = ops.floats(new float[] {0.5f});
    OnnxValue rounded = ops.op("Floor", ops.op("Add", ops.reduceSum(weighed, 3, true), half));
    return ops.cast(rounded, TensorType.UINT8);
  }

  /** Returns {@code x * scale / std - mean / std} per channel. */
  private OnnxValue normalize(OnnxValue x, boolean channelsFirst) {
    int channels = card.channelCount();
    float[] factor = new float[channels];
    float[] shift = new float[channels];
    for (int channel = 0; channel < channels; channel++) {
      double std = card.std().get(channel);
      factor[channel] = (float) (card.scale() / std);
      shift[channel] = (float) (-card.mean().get(channel) / std);
    }
    long[] shape = channelsFirst ? new long[] {1, channels, 1, 1} : new long[] {1, 1, 1, channels};
    return ops.op("Add", ops.op("Mul", x, ops.floats(factor, shape)), ops.floats(shift, shape));
  }

  /** Adds rows above and below and columns at the sides, each with a value for every channel. */
  private OnnxValue surrounded(OnnxValue x, int batch, Canvas canvas, List<Float> pad) {
    int channels = card.channelCount();
    boolean channelsFirst = card.layout() == TensorLayout.NCHW;
    float[] values = new float[channels];
    for (int channel = 0; channel < channels; channel++) {
      values[channel] = pad.get(pad.size() == 1 ? 0 : channel);
    }
    OnnxValue color =
        ops.floats(
            values,
            channelsFirst ? new long[] {1, channels, 1, 1} : new long[] {1, 1, 1, channels});
    ImageSize content = canvas.content();
    ImageSize size = canvas.size();
    int rows = channelsFirst ? 2 : 1;
    long[] shape =
        channelsFirst
            ? new long[] {batch, channels, content.height(), content.width()}
            : new long[] {batch, content.height(), content.width(), channels};
    OnnxValue wide =
        between(
            x,
            color,
            shape,
            rows + 1,
            canvas.left(),
            size.width() - canvas.left() - content.width());
    shape[rows + 1] = size.width();
    return between(
        wide, color, shape, rows, canvas.top(), size.height() - canvas.top() - content.height());
  }

  private OnnxValue between(
      OnnxValue x, OnnxValue color, long[] shape, int axis, int before, int after) {
    List<OnnxValue> parts = new ArrayList<>();
    if (before > 0) {
      parts.add(filled(color, shape, axis, before));
    }
    parts.add(x);
    if (after > 0) {
      parts.add(filled(color, shape, axis, after));
    }
    return ops.concat(axis, parts.toArray(OnnxValue[]::new));
  }

  private OnnxValue filled(OnnxValue color, long[] shape, int axis, int length) {
    long[] part = shape.clone();
    part[axis] = length;
    return ops.op("Expand", color, ops.longs(part));
  }

  private OnnxValue repeatEdge(OnnxValue x, int axis, int length, int target) {
    if (length == target) {
      return x;
    }
    long[] from = new long[target];
    for (int i = 0; i < target; i++) {
      from[i] = Math.min(i, length - 1);
    }
    return ops.gather(x, axis, from);
  }
}
