package dev.flipside.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.flipside.models.vocab.ClassMap;

/** The total loss of a batch (Eq. 5), from the logits of all its views. */
public final class Objective implements AutoCloseable {
  private final Losses losses;
  private final MaskedCrossEntropy crossEntropy;
  private final Mirror mirror;

  private Objective(Losses losses, MaskedCrossEntropy crossEntropy, Mirror mirror) {
    this.losses = losses;
    this.crossEntropy = crossEntropy;
    this.mirror = mirror;
  }

  /**
   * The objective for the classes of a map.
   *
   * @param manager where constants are kept until it or the objective is closed
   */
  public static Objective open(Losses losses, ClassMap classes, NDManager manager) {
    return new Objective(
        losses,
        MaskedCrossEntropy.open(classes, losses.classWeights(), manager),
        Mirror.open(classes, manager));
  }

  /** What the network is fed, {@code [views*N,3,H,W]}, from normalised images; a new array. */
  public NDArray views(NDArray images) {
    return losses.views() == 2 ? mirror.bothViews(images) : images.duplicate();
  }

  /**
   * The losses of a batch; the caller closes them.
   *
   * @param logits {@code [views*N,C,H,W]}: of the images, then of the mirrored images
   * @param labels {@code [N,H,W]} int64
   */
  public Loss of(NDArray logits, NDArray labels) {
    if (losses.views() == 1) {
      return new Loss(crossEntropy.of(logits, labels), null, losses.consistency());
    }
    long images = labels.getShape().get(0);
    try (NDArray view0 = logits.get("0:{}", images);
        NDArray mirrored = logits.get("{}:", images);
        NDArray view1 = mirror.undo(mirrored);
        NDArray loss0 = crossEntropy.of(view0, labels);
        NDArray loss1 = crossEntropy.of(view1, labels)) {
      NDArray consistency = losses.consistency() == 0 ? null : losses.gradient().of(view0, view1);
      return new Loss(loss0.add(loss1), consistency, losses.consistency());
    }
  }

  @Override
  public void close() {
    mirror.close();
    crossEntropy.close();
  }
}
