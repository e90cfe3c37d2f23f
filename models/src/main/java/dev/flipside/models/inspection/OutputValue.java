package dev.flipside.models.inspection;

import dev.flipside.models.output.OutputActivation;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A value that may hold the scores of all classes.
 *
 * @param declared the output that it is, or that is computed from it
 * @param name name of the value
 * @param dims its shape for one size of the input, null if unknown
 * @param activation what the graph computes last
 * @param hiddenBy description of the node between the scores and the output that loses them, empty
 *     if the output is the value
 * @param classAxis axis of the classes that this node tells, -1 if none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared or modified
record OutputValue(
    TensorInfo declared,
    String name,
    long @Nullable [] dims,
    OutputActivation activation,
    String hiddenBy,
    int classAxis) {
  /** Returns whether the output itself is the value. */
  boolean isOpen() {
    return hiddenBy.isEmpty();
  }

  /** Returns whether a threshold for each number hides the value. */
  boolean isThresholded() {
    return hiddenBy.startsWith("Greater") || hiddenBy.startsWith("Less");
  }

  /** Returns whether rounding hides the value, whose scale may have been changed for it. */
  boolean isRounded() {
    return Stream.of("Round", "Floor", "Ceil", "Sign", "Cast").anyMatch(hiddenBy::startsWith);
  }

  /** Returns a description for messages. */
  String described() {
    return isOpen()
        ? "output " + declared
        : "value \"" + name + "\" before " + hiddenBy + ", of output " + declared.quoted();
  }
}
