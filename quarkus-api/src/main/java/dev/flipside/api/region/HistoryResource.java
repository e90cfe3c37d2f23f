package dev.flipside.api.region;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.CampaignLookup;
import dev.flipside.api.campaign.RegionPathSegment;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.LabelStore;
import dev.flipside.api.campaign.store.domain.LabelEvent;
import dev.flipside.models.domain.RegionId;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** REST resource for what happened to a region and its labels. */
@Path("/api/campaigns/{id}/regions/{rid}/history")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Regions")
public class HistoryResource {
  private final LabelStore labels;
  private final CampaignLookup campaigns;

  @Inject
  HistoryResource(CampaignStore store, CampaignLookup campaigns) {
    this.labels = store.labels();
    this.campaigns = campaigns;
  }

  /**
   * An event in the API.
   *
   * @param sequence number among the events of the campaign
   * @param event what happened
   * @param actor who did it
   * @param annotator whose label it was before
   * @param comment what was said about it
   * @param time time of the event
   * @param label path of the label that the event gave
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "LabelEvent", description = "What happened to a region.")
  public record EventView(
      @Schema(description = "Number among the events of the campaign.", examples = "61")
          long sequence,
      @Schema(
              description = "labelled, imported, corrected, skipped, sent-back or reopened.",
              examples = "corrected")
          String event,
      @Schema(examples = "ben") String actor,
      @Schema(description = "Annotator of the label before.", examples = "ada")
          @Nullable String annotator,
      @Schema(examples = "The cyclist on the left is missing.") @Nullable String comment,
      Instant time,
      @Schema(description = "Path of the label that the event gave to the region.")
          @Nullable String label) {
    static EventView of(String campaign, LabelEvent event) {
      return new EventView(
          event.sequence(),
          event.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
          event.actor(),
          event.annotator(),
          event.comment(),
          event.time(),
          event.kind().givesLabel()
              ? "/api/campaigns/"
                  + campaign
                  + "/regions/"
                  + RegionPathSegment.of(event.region())
                  + "/label?version="
                  + event.sequence()
              : null);
    }
  }

  /**
   * History of a region.
   *
   * @param events events, oldest first
   */
  @Schema(name = "History")
  public record History(List<EventView> events) {}

  /** Returns the history of a region. */
  @GET
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "Show the history of a region",
      description =
          "Who labeled, corrected, skipped, sent back or reopened it, oldest first. Each event that"
              + " gave a label links to it, also if it was replaced or taken back.")
  public History show(String id, String rid) {
    RegionId region = RegionPathSegment.parse(rid);
    String campaign = campaigns.get(id).id();
    return new History(
        labels.history(campaign, region).stream()
            .map(each -> EventView.of(campaign, each))
            .toList());
  }
}
