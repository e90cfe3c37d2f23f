package dev.flipside.models.scoring.measure;

import dev.flipside.models.card.OutputMeaning;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;

/** What the logits {@code [N,C,H,W]} of a pixel say about its classes. NaN logits give NaN. */
public sealed interface Distribution permits Softmax, IndependentClasses {
  /**
   * Creates the distribution of logits.
   *
   * @param logits logits of the classes, as the model card describes the output
   * @param meaning kind of the output that the logits come from
   */
  static Distribution of(OnnxOps ops, OnnxValue logits, OutputMeaning meaning) {
    return meaning == OutputMeaning.SIGMOID
        ? new IndependentClasses(ops, logits)
        : new Softmax(ops, logits);
  }

  /** Returns the entropy in nats of mean probabilities {@code [N,C,H,W]}, {@code [N,1,H,W]}. */
  static OnnxValue entropyOf(OnnxOps ops, OnnxValue p, OutputMeaning meaning) {
    return meaning == OutputMeaning.SIGMOID
        ? IndependentClasses.entropyOf(ops, p)
        : Softmax.entropyOf(ops, p);
  }

  /** Returns the entropy in nats, {@code [N,1,H,W]}. */
  OnnxValue entropy();

  /** Returns the probability of the most likely class, {@code [N,1,H,W]}. */
  OnnxValue confidence();

  /** Returns the least confidence: 1 minus {@link #confidence}, {@code [N,1,H,W]}. */
  OnnxValue leastConfidence();

  /**
   * Returns 1 minus the difference of the two highest probabilities, {@code [N,1,H,W]}.
   *
   * @param classes number of classes
   */
  OnnxValue margin(int classes);

  /** Returns the probabilities, {@code [N,C,H,W]}. */
  OnnxValue probabilities();

  /** Returns the votes for classes, 0 or 1, {@code [N,C,H,W]}. */
  OnnxValue vote(int classes);
}
