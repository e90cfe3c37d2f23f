package dev.flipside.models.onnx;

import dev.flipside.models.domain.FlipsideException;

/** Thrown when an untrusted model fails a safety check. */
final class RefusedModelException extends FlipsideException {
  private static final long serialVersionUID = 1L;

  RefusedModelException(String reason) {
    super(reason);
  }
}
