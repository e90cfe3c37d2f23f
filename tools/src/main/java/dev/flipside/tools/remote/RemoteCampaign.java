package dev.flipside.tools.remote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.SegmentationClass;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A campaign of the service.
 *
 * @param id names it
 * @param name what people call it
 * @param pool folder of images
 * @param list file that lists the images, or null
 * @param grid rows and columns, or region size in px
 * @param classes class map of the labels
 * @param strategy acquisition
 * @param closed when it was closed, or null
 * @param progress how far it is
 * @param scoring its newest scoring, or null
 */
public record RemoteCampaign(
    String id,
    String name,
    String pool,
    @Nullable String list,
    String grid,
    JsonNode classes,
    String strategy,
    @Nullable String closed,
    Progress progress,
    @Nullable Scoring scoring) {

  /**
   * Returns the class map of the labels.
   *
   * @throws FlipsideException if the service sent none
   */
  public ClassMap classMap() {
    List<SegmentationClass> named = new ArrayList<>();
    for (JsonNode each : classes.path("classes")) {
      int color = Integer.parseInt(each.path("color").asText("#000000").substring(1), 16);
      named.add(new SegmentationClass(each.path("name").asText(), color));
    }
    List<Integer> flipped = new ArrayList<>();
    for (int id = 0; id < named.size(); id++) {
      flipped.add(classes.path("flipPermutation").path(id).asInt(id));
    }
    try {
      return new ClassMap(named, classes.path("ignoreIndex").asInt(), flipped);
    } catch (IllegalArgumentException e) {
      throw new FlipsideException("campaign " + id + ": " + e.getMessage(), e);
    }
  }

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
