package dev.flipside.models.onnx;

import dev.flipside.models.domain.FlipsideException;

/** Thrown when a model asks for something that a file from a stranger may not. */
final class RefusedModel extends FlipsideException {
  private static final long serialVersionUID = 1L;

  RefusedModel(String reason) {
    super(reason);
  }
}
