package dev.flipside.trainer.net;

import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxValue;

/**
 * How a network is written into an ONNX graph.
 *
 * @param graph receives the nodes
 * @param foldBatchNorm whether batch normalisations become part of the convolution before them
 */
public record OnnxEmission(OnnxGraph graph, boolean foldBatchNorm) {
  OnnxValue initializer(Parameter weight) {
    return graph.initializer(weight.name(), weight.values(), weight.shape());
  }
}
