package dev.flipside.api.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.scorer.scores.ImageFailure;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/**
 * Result of a scoring job, stored as JSON.
 *
 * @param scored images with scores, including earlier runs
 * @param failed number of images that could not be scored
 * @param failures first failed images with reasons
 */
@RegisterForReflection(targets = {ScoringJobResult.class, ImageFailure.class})
record ScoringJobResult(long scored, long failed, List<ImageFailure> failures) {
  /** Maximum number of listed failures. */
  static final int LISTED = 100;

  private static final ObjectMapper JSON = new ObjectMapper();

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an outcome is always JSON", e);
    }
  }

  static ScoringJobResult fromJson(String json) {
    try {
      return JSON.readValue(json, ScoringJobResult.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("job outcome \"" + json + "\" is no scoring outcome", e);
    }
  }
}
