package dev.flipside.trainer.net.layer;

import ai.djl.ndarray.NDArray;
import dev.flipside.models.onnx.OnnxValue;
import java.util.List;

/** Layers one after the other, at least one. */
public record Sequential(List<Layer> layers) implements Layer {
  /**
   * @throws IllegalArgumentException if there is no layer
   */
  public Sequential {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("a sequence of no layers");
    }
  }

  /** Feature maps in between are closed at once; what the gradient needs, the engine keeps. */
  @Override
  public NDArray forward(NDArray input, boolean training) {
    NDArray features = input;
    for (Layer layer : layers) {
      NDArray next = layer.forward(features, training);
      if (features != input) {
        features.close();
      }
      features = next;
    }
    return features;
  }

  @Override
  public OnnxValue emit(OnnxEmission onnx, OnnxValue input) {
    OnnxValue value = input;
    for (Layer layer : layers) {
      value = layer.emit(onnx, value);
    }
    return value;
  }
}
