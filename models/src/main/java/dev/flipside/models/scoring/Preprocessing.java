package dev.flipside.models.scoring;

import dev.flipside.models.card.ChannelOrder;
import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.SizeRule;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;

/** Converts raw RGB bytes {@code [N,H,W,3]} to the input of the model. */
final class Preprocessing {
  private final OnnxOps ops;
  private final InputCard card;

  Preprocessing(OnnxOps ops, InputCard card) {
    this.ops = ops;
    this.card = card;
  }

  /**
   * Prepares a batch.
   *
   * @param images uint8 {@code [batch,H,W,3]}
   * @param batch number of views
   * @param view size of the views
   */
  OnnxValue prepare(OnnxValue images, int batch, ImageSize view) {
    OnnxValue x = card.channels() == ChannelOrder.BGR ? ops.reverse(images, 3) : images;
    ImageSize size = card.size().networkSize(view);
    boolean resize = card.size() instanceof SizeRule.Fixed && !size.equals(view);
    if (card.size() instanceof SizeRule.MultipleOf) {
      x = repeatEdge(repeatEdge(x, 1, view.height(), size.height()), 2, view.width(), size.width());
    }
    // Transposed as bytes, before float32 makes them four times as large; Resize needs [N,C,H,W].
    boolean channelsFirst = card.layout() == TensorLayout.NCHW;
    if (channelsFirst || resize) {
      x = ops.transpose(x, 0, 3, 1, 2);
    }
    if (resize) {
      x = ops.cast(x, TensorType.FLOAT32);
      x = ops.resizeLinear(x, batch, 3, size.height(), size.width());
      if (!channelsFirst) {
        x = ops.transpose(x, 0, 2, 3, 1);
      }
    }
    if (card.type() == TensorType.UINT8) {
      return resize ? ops.cast(ops.op("Round", x), TensorType.UINT8) : x;
    }
    OnnxValue normal = normalise(resize ? x : ops.cast(x, TensorType.FLOAT32), channelsFirst);
    return card.type() == TensorType.FLOAT16 ? ops.cast(normal, TensorType.FLOAT16) : normal;
  }

  /** Returns {@code x * scale / std - mean / std} per channel. */
  private OnnxValue normalise(OnnxValue x, boolean channelsFirst) {
    float[] factor = new float[3];
    float[] shift = new float[3];
    for (int channel = 0; channel < 3; channel++) {
      double std = card.std().get(channel);
      factor[channel] = (float) (card.scale() / std);
      shift[channel] = (float) (-card.mean().get(channel) / std);
    }
    long[] shape = channelsFirst ? new long[] {1, 3, 1, 1} : new long[] {1, 1, 1, 3};
    return ops.op("Add", ops.op("Mul", x, ops.floats(factor, shape)), ops.floats(shift, shape));
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
