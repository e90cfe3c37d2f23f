package dev.flipside.api.campaign.store.domain;

/**
 * Key of stored scores: one model and one acquisition function.
 *
 * @param model id of the model in the registry
 * @param strategy name of the acquisition function
 */
public record ScoringKey(String model, String strategy) {
  /** Stands for the scores of a lease of a region whose label was sent back. */
  public static final ScoringKey SENT_BACK = new ScoringKey("none", "sent-back");

  /** Parses the text form. */
  public static ScoringKey parse(String text) {
    int slash = text.lastIndexOf('/');
    return new ScoringKey(text.substring(0, slash), text.substring(slash + 1));
  }

  /** Returns the text form {@code model/strategy}. */
  @Override
  public String toString() {
    return model + "/" + strategy;
  }
}
