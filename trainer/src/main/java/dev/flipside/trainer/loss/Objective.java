package dev.flipside.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.trainer.engine.Torch;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The total loss of a batch (EquAL, Eq. 5), computed from the logits of all its views. */
public final class Objective implements AutoCloseable {
  private final LossOptions losses;
  private final MaskedCrossEntropy crossEntropy;
  private final HorizontalFlip mirror;

  private Objective(LossOptions losses, MaskedCrossEntropy crossEntropy, HorizontalFlip mirror) {
    this.losses = losses;
    this.crossEntropy = crossEntropy;
    this.mirror = mirror;
  }

  /**
   * Creates the objective for a class map.
   *
   * @param manager manager that owns the constants
   */
  public static Objective open(LossOptions losses, ClassMap classes, NDManager manager) {
    return new Objective(
        losses,
        MaskedCrossEntropy.open(classes, losses.classWeights(), manager),
        HorizontalFlip.open(classes, manager));
  }

  /**
   * Returns the input of the network, {@code [views*N,3,H,W]}, from normalized images; a new array.
   */
  public NDArray views(NDArray images) {
    return losses.views() == 2 ? mirror.bothViews(images) : images.duplicate();
  }

  /**
   * Returns the weight of the labelled pixels in the mean of the cross-entropy: their number, or
   * the sum of their class weights.
   *
   * @param labels one unsigned byte per pixel
   */
  public double labelledMass(ByteBuffer labels) {
    return crossEntropy.labelledMass(labels);
  }

  /**
   * Returns the losses of a batch. The caller closes them.
   *
   * @param logits {@code [views*N,C,H,W]}: of the images, then of the mirrored images
   * @param labels {@code [N,H,W]} int64
   */
  public Loss of(NDArray logits, NDArray labels) {
    return of(logits, labels, 1, 1);
  }

  /**
   * Returns the losses of a part of a batch, such that those of all parts sum to those of the
   * batch.
   *
   * @param logits {@code [views*N,C,H,W]}: of the images, then of the mirrored images
   * @param labels {@code [N,H,W]} int64
   * @param labelledShare share of this part in the {@link #labelledMass} of the batch, 0 to 1
   * @param imageShare share of this part in the images of the batch, 0 to 1
   */
  public Loss of(NDArray logits, NDArray labels, double labelledShare, double imageShare) {
    if (losses.views() == 1) {
      try (NDArray loss = crossEntropy.of(logits, labels)) {
        return new Loss(Torch.scaled(loss, labelledShare), null, losses.consistency());
      }
    }
    long images = labels.getShape().get(0);
    try (NDArray view0 = logits.get("0:{}", images);
        NDArray mirrored = logits.get("{}:", images);
        NDArray view1 = mirror.undo(mirrored);
        NDArray loss0 = crossEntropy.of(view0, labels);
        NDArray loss1 = crossEntropy.of(view1, labels);
        NDArray sum = loss0.add(loss1)) {
      return new Loss(
          Torch.scaled(sum, labelledShare),
          consistency(view0, view1, imageShare),
          losses.consistency());
    }
  }

  private @Nullable NDArray consistency(NDArray view0, NDArray view1, double share) {
    if (losses.consistency() == 0) {
      return null;
    }
    try (NDArray mean = losses.gradient().of(view0, view1)) {
      return Torch.scaled(mean, share);
    }
  }

  @Override
  public void close() {
    mirror.close();
    crossEntropy.close();
  }
}
