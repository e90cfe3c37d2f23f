package dev.flipside.models.shape;

/** Thrown inside the package when a node cannot take the shapes that reach it. */
final class ShapeMismatch extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ShapeMismatch(String message) {
    super(message, null, false, false);
  }
}
