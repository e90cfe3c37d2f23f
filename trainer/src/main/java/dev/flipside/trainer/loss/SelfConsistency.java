package dev.flipside.trainer.loss;

import ai.djl.ndarray.NDArray;
import dev.flipside.trainer.engine.Torch;
import java.util.Locale;

/**
 * Self-consistency of two views (EquAL, Eq. 5c): {@code 2/(W·H·C) · ‖I0 − I1‖²} of the logits, over
 * all pixels, labelled or not; mean over the batch.
 */
public enum SelfConsistency {
  /** Gradients flow through both views, as in the paper. */
  PAPER {
    @Override
    public NDArray of(NDArray view0, NDArray view1) {
      try (NDArray difference = view0.sub(view1);
          NDArray squares = difference.square();
          NDArray mean = squares.mean()) {
        return Torch.scaled(mean, 2);
      }
    }
  },

  /**
   * Each view is compared with the other held constant, as in the authors' code: the same value,
   * half the gradient.
   */
  STOP_GRADIENT {
    @Override
    public NDArray of(NDArray view0, NDArray view1) {
      try (NDArray fixed0 = view0.stopGradient();
          NDArray fixed1 = view1.stopGradient();
          NDArray towards1 = meanSquare(view0, fixed1);
          NDArray towards0 = meanSquare(view1, fixed0)) {
        return towards1.add(towards0);
      }
    }
  };

  /**
   * Returns the loss, a scalar with gradient.
   *
   * @param view0 logits {@code [N,C,H,W]} of the images
   * @param view1 logits {@code [N,C,H,W]} of the mirrored images, mirrored back
   */
  public abstract NDArray of(NDArray view0, NDArray view1);

  private static NDArray meanSquare(NDArray view, NDArray target) {
    try (NDArray difference = view.sub(target);
        NDArray squares = difference.square()) {
      return squares.mean();
    }
  }

  /** Returns the name in plans and options, such as {@code stop-gradient}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
