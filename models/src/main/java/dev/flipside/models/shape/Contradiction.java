package dev.flipside.models.shape;

/** Thrown inside the package when a node cannot take the shapes that reach it. */
final class Contradiction extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Contradiction(String message) {
    super(message, null, false, false);
  }
}
