package dev.flipside.models.scoring;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import java.util.List;

/**
 * The logits of views that went through the network together, in the coordinates of the views.
 *
 * @param views k of them
 * @param size their size H, W
 * @param passes for every pass float32 logits {@code [k*B,C,H,W]}, all images of the first view
 *     first
 */
record ViewBatch(List<Transformation> views, ImageSize size, List<OnnxValue> passes) {
  /** The part of a tensor {@code [k*B,…]} that belongs to one view, {@code [B,…]}. */
  OnnxValue part(OnnxOps ops, OnnxValue whole, int view, int batch) {
    return views.size() == 1
        ? whole
        : ops.slice(whole, 0, (long) view * batch, (view + 1L) * batch);
  }
}
