package dev.flipside.models.onnx;

import dev.flipside.models.domain.FlipsideException;

/** Thrown when an untrusted model fails a safety check. */
final class RefusedModel extends FlipsideException {
  private static final long serialVersionUID = 1L;

  RefusedModel(String reason) {
    super(reason);
  }
}
