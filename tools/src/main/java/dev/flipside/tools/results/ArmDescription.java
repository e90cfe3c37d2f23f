package dev.flipside.tools.results;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a strategy does in a run, in words.
 *
 * @param strategy name of the strategy
 * @param acquisition what it ranks regions by
 * @param selecting losses and views of the network that selects
 * @param selectingWeights initial weights of that network, empty where there is none
 * @param finalStage losses and views of the final stage
 * @param finalWeights initial weights of the final stage
 */
public record ArmDescription(
    String strategy,
    String acquisition,
    String selecting,
    String selectingWeights,
    String finalStage,
    String finalWeights) {

  void write(ObjectNode json) {
    json.put("strategy", strategy);
    json.put("acquisition", acquisition);
    json.put("selecting", selecting);
    json.put("selectingWeights", selectingWeights);
    json.put("finalStage", finalStage);
    json.put("finalWeights", finalWeights);
  }

  static ArmDescription of(JsonFile json) {
    return new ArmDescription(
        json.at("strategy").text(),
        json.at("acquisition").text(),
        json.at("selecting").text(),
        json.at("selectingWeights").text(),
        json.at("finalStage").text(),
        json.at("finalWeights").text());
  }
}
