package dev.flipside.models.scoring;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import java.util.List;

/**
 * The logits of views that were run as one batch, in the coordinates of the views.
 *
 * @param views the views, k of them
 * @param size size H, W of the views
 * @param passes for every pass float32 logits {@code [k*B,C,H,W]}, starting with all images of the
 *     first view
 */
record ViewBatch(List<Transformation> views, ImageSize size, List<OnnxValue> passes) {
  /** Returns the part of a tensor {@code [k*B,…]} of one view, {@code [B,…]}. */
  OnnxValue part(OnnxOps ops, OnnxValue whole, int view, int batch) {
    return views.size() == 1
        ? whole
        : ops.slice(whole, 0, (long) view * batch, (view + 1L) * batch);
  }
}
