package dev.flipside.tools.remote;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A campaign of the service.
 *
 * @param id names it
 * @param name what people call it
 * @param pool folder of images
 * @param grid rows and columns, or region size in px
 * @param strategy acquisition
 * @param closed when it was closed, or null
 * @param progress how far it is
 * @param scoring its newest scoring, or null
 */
public record RemoteCampaign(
    String id,
    String name,
    String pool,
    String grid,
    String strategy,
    @Nullable String closed,
    Progress progress,
    @Nullable Scoring scoring) {

  /**
   * How far a campaign is, in regions.
   *
   * @param regions all of them
   * @param labelled with a label
   * @param leased in somebody's hands
   * @param remaining that may still be handed out
   */
  public record Progress(long regions, long labelled, long leased, long remaining) {}

  /**
   * A scoring of the pool.
   *
   * @param id names the job
   * @param state QUEUED, RUNNING, DONE, FAILED or CANCELLED
   * @param done images scored
   * @param total images in all
   */
  public record Scoring(String id, String state, long done, long total) {}

  /**
   * All campaigns.
   *
   * @param campaigns the oldest first
   */
  record All(List<RemoteCampaign> campaigns) {}
}
