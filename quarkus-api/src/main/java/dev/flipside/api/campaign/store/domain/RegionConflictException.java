package dev.flipside.api.campaign.store.domain;

import dev.flipside.models.domain.FlipsideException;

/**
 * Thrown when a region cannot be labeled or skipped because the caller does not hold it or it is
 * already labeled or skipped.
 */
public class RegionConflictException extends FlipsideException {
  private static final long serialVersionUID = 1L;

  private final transient RegionStatus status;

  public RegionConflictException(RegionStatus status, String attempt) {
    super(
        status.id()
            + ": "
            + attempt
            + " refused: the region is "
            + describe(status)
            + "; nothing was changed");
    this.status = status;
  }

  /** Returns the status of the region. */
  public RegionStatus status() {
    return status;
  }

  private static String describe(RegionStatus status) {
    return switch (status.state()) {
      case UNLABELLED ->
          "not leased"
              + (status.lease() == null ? "" : " any more, its last lease has ended")
              + "; lease it with a selection first";
      case LEASED -> "leased to " + status.annotator() + " by lease " + status.lease();
      case LABELLED -> "already labelled (to correct the label, send its ETag as If-Match)";
      case SKIPPED -> "skipped";
    };
  }
}
