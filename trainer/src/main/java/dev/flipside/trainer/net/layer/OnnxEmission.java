package dev.flipside.trainer.net.layer;

import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxValue;
import java.util.HashMap;
import java.util.Map;

/** How a network is written into an ONNX graph. */
public final class OnnxEmission {
  private final OnnxGraph graph;
  private final boolean foldBatchNorm;
  private final Map<String, OnnxValue> constants = new HashMap<>();

  /**
   * Starts an emission.
   *
   * @param graph receives the nodes
   * @param foldBatchNorm whether batch normalizations become part of the convolution before them
   */
  public OnnxEmission(OnnxGraph graph, boolean foldBatchNorm) {
    this.graph = graph;
    this.foldBatchNorm = foldBatchNorm;
  }

  /** Returns the graph that receives the nodes. */
  public OnnxGraph graph() {
    return graph;
  }

  boolean foldBatchNorm() {
    return foldBatchNorm;
  }

  OnnxValue initializer(Parameter weight) {
    return graph.initializer(weight.name(), weight.values(), weight.shape());
  }

  /** Returns a scalar that all layers share which use its name. */
  OnnxValue constant(String name, float value) {
    return constants.computeIfAbsent(name, key -> graph.initializer(key, new float[] {value}));
  }
}
