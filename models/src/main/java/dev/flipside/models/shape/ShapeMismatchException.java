package dev.flipside.models.shape;

/** Thrown when a node does not accept the shapes of its inputs; internal to the package. */
final class ShapeMismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ShapeMismatchException(String message) {
    super(message, null, false, false);
  }
}
