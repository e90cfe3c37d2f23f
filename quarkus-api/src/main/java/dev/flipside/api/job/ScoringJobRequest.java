package dev.flipside.api.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.campaign.store.domain.ScoringKey;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * Parameters of a scoring job, stored as JSON.
 *
 * @param model id of the model in the registry
 * @param strategy name of the acquisition function
 */
@RegisterForReflection // read with a plain ObjectMapper
public record ScoringJobRequest(String model, String strategy) {
  /** Puts the regions of a pool in order before there is a model; see {@link ColdStart}. */
  public static final ScoringJobRequest COLD_START = new ScoringJobRequest("none", "spread");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Returns the key of the scores in the store. */
  public ScoringKey key() {
    return new ScoringKey(model, strategy);
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("two strings are always JSON", e);
    }
  }

  static ScoringJobRequest fromJson(String json) {
    try {
      return JSON.readValue(json, ScoringJobRequest.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("job request \"" + json + "\" is no scoring order", e);
    }
  }
}
