package dev.flipside.api.model;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Stops the startup if a GPU is configured that cannot be used. */
@Singleton
final class DeviceCheck {
  private final InferenceSettings inference;

  @Inject
  DeviceCheck(InferenceSettings inference) {
    this.inference = inference;
  }

  void onStart(@Observes StartupEvent event) {
    switch (inference.session().provider()) {
      case CUDA, TENSORRT -> inference.provider();
      // Nothing is required of them, and ONNX Runtime is not loaded before it is needed.
      case AUTO, CPU -> {}
    }
  }
}
