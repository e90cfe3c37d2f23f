package dev.flipside.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.scoring.Transformation;
import dev.flipside.trainer.engine.Torch;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The total loss of a batch (EquAL, Eq. 5), computed from the logits of all its views. */
public final class Objective implements AutoCloseable {
  private final LossOptions losses;
  private final MaskedCrossEntropy crossEntropy;
  private final ViewTransform transform;

  private Objective(LossOptions losses, MaskedCrossEntropy crossEntropy, ViewTransform transform) {
    this.losses = losses;
    this.crossEntropy = crossEntropy;
    this.transform = transform;
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
        ViewTransform.open(classes, manager));
  }

  /**
   * Returns the inputs of the network from normalized images; new arrays. Views of one size are one
   * batch, so that they share the statistics of batch normalization.
   *
   * @param images {@code [N,3,H,W]}
   * @param view transformation of the second view, if there is one
   */
  public NDList inputs(NDArray images, Transformation view) {
    if (losses.views() == 1) {
      return new NDList(images.duplicate());
    }
    NDArray second = transform.apply(images, view);
    if (!second.getShape().equals(images.getShape())) {
      return new NDList(images.duplicate(), second);
    }
    try (second) {
      return new NDList(NDArrays.concat(new NDList(images, second)));
    }
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
   * Returns the losses of a part of a batch, such that those of all parts sum to those of the
   * batch. The caller closes them.
   *
   * @param logits of {@link #inputs}
   * @param labels {@code [N,H,W]} int64
   * @param view transformation of the second view
   * @param labelledShare share of this part in the {@link #labelledMass} of the batch, 0 to 1
   * @param imageShare share of this part in the images of the batch, 0 to 1
   */
  public LossTerms of(
      NDList logits, NDArray labels, Transformation view, double labelledShare, double imageShare) {
    if (losses.views() == 1) {
      try (NDArray loss = crossEntropy.of(logits.head(), labels)) {
        return new LossTerms(Torch.scaled(loss, labelledShare), null, losses.consistency());
      }
    }
    long images = labels.getShape().get(0);
    boolean together = logits.size() == 1;
    try (NDArray view0 =
            together ? logits.head().get("0:{}", images) : ViewTransform.whole(logits.head());
        NDArray other =
            together ? logits.head().get("{}:", images) : ViewTransform.whole(logits.get(1));
        NDArray view1 = transform.undo(other, view);
        NDArray seen = transform.seen(view0, 2, view);
        NDArray seenLabels = transform.seen(labels, 1, view);
        NDArray loss0 = crossEntropy.of(view0, labels);
        NDArray loss1 = crossEntropy.of(view1, seenLabels);
        NDArray sum = loss0.add(loss1)) {
      return new LossTerms(
          Torch.scaled(sum, labelledShare),
          consistency(seen, view1, imageShare),
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
    transform.close();
    crossEntropy.close();
  }
}
