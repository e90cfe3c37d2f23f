package dev.flipside.api.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.CampaignLookup;
import dev.flipside.api.campaign.RegionPathSegment;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.LabelStore;
import dev.flipside.api.campaign.store.domain.AnnotatorFigures;
import dev.flipside.api.campaign.store.domain.LabelChange;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.image.ImageWriter;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** REST resource for the labels of a campaign in the order in which they come in. */
@Path("/api/campaigns/{id}/labels")
@Tag(name = "Training")
public class LabelStreamResource {
  private static final String JSON_LINES = "application/x-ndjson";

  /** Labels per transaction, so that a slow client holds no connection to the database. */
  private static final int AT_ONCE = 100;

  private final LabelStore store;
  private final CampaignLookup campaigns;
  private final ObjectMapper json;

  @Inject
  LabelStreamResource(CampaignStore store, CampaignLookup campaigns, ObjectMapper json) {
    this.store = store.labels();
    this.campaigns = campaigns;
    this.json = json;
  }

  /**
   * A line of the stream: the label of a region, or that it was taken back.
   *
   * @param sequence number among the events of the campaign, from 1
   * @param region id of the region in URLs
   * @param image id of the image
   * @param row row in the grid
   * @param col column in the grid
   * @param y first pixel row
   * @param x first pixel column
   * @param height height in px
   * @param width width in px
   * @param imageHeight height of the image in px
   * @param imageWidth width of the image in px
   * @param annotator who labeled it, or took the label back
   * @param labelled time of labeling, or of taking the label back
   * @param removed whether the label was taken back
   * @param png PNG of class ids of the size of the region, null if the label was taken back
   */
  @RegisterForReflection // the resource returns a stream, so Quarkus does not see the type
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "Label", description = "The label of a region, or that it was taken back.")
  @SuppressWarnings("ArrayRecordComponent") // written once, never compared
  public record LabelLine(
      @Schema(
              description = "Number among the events of the campaign, starting at 1.",
              examples = "61")
          long sequence,
      @Schema(examples = "dHJhaW4vMDAwMVRQXzAwNjY5MC5wbmc.2.1") String region,
      @Schema(examples = "train/0001TP_006690.png") String image,
      int row,
      int col,
      int y,
      int x,
      int height,
      int width,
      int imageHeight,
      int imageWidth,
      @Schema(description = "Who labeled the region, or took its label back.") String annotator,
      Instant labelled,
      @Schema(description = "Whether the label was taken back; then there is no \"png\".")
          boolean removed,
      @Schema(description = "PNG of class IDs with the size of the region, in base64.")
          byte @Nullable [] png) {
    static LabelLine of(LabelChange label) {
      LabelMap map = label.label();
      return new LabelLine(
          label.sequence(),
          RegionPathSegment.of(label.id()),
          label.id().image(),
          label.id().row(),
          label.id().col(),
          label.region().y(),
          label.region().x(),
          label.region().height(),
          label.region().width(),
          label.image().height(),
          label.image().width(),
          label.actor(),
          label.time(),
          map == null,
          map == null ? null : ImageWriter.encodePng(map));
    }
  }

  /**
   * What an annotator did, in the API.
   *
   * @param annotator name of the annotator
   * @param labelled labels given or imported
   * @param corrected corrections made
   * @param skipped regions skipped
   * @param sentBack labels sent back to the annotator
   * @param reopened labels of the annotator that were taken back
   * @param seconds time from each action to the next, without pauses
   * @param first time of the first action
   * @param last time of the last action
   */
  @Schema(name = "AnnotatorFigures", description = "What an annotator did in a campaign.")
  public record FiguresView(
      @Schema(examples = "ada") String annotator,
      @Schema(description = "Labels given or imported.", examples = "120") long labelled,
      @Schema(description = "Corrections made.", examples = "4") long corrected,
      @Schema(description = "Regions skipped.", examples = "2") long skipped,
      @Schema(description = "Labels sent back to the annotator.", examples = "1") long sentBack,
      @Schema(description = "Labels of the annotator that an operator took back.", examples = "0")
          long reopened,
      @Schema(
              description =
                  "Time from each action to the next; more than 300 s between two is a pause and"
                      + " not counted.",
              examples = "3600")
          long seconds,
      Instant first,
      Instant last) {
    static FiguresView of(AnnotatorFigures figures) {
      return new FiguresView(
          figures.annotator(),
          figures.labelled(),
          figures.corrected(),
          figures.skipped(),
          figures.sentBack(),
          figures.reopened(),
          figures.time().toSeconds(),
          figures.first(),
          figures.last());
    }
  }

  /**
   * Figures of each annotator.
   *
   * @param annotators annotators, most labels first
   */
  @Schema(name = "AnnotatorList")
  public record AnnotatorList(List<FiguresView> annotators) {}

  /** Streams labels. */
  @GET
  @Produces(JSON_LINES)
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Stream the labels of regions, oldest first",
      description =
          "One JSON object per line, one line per region. To get only what changed since, repeat the"
              + " request with the \"sequence\" of the last line as \"after\": a line then replaces"
              + " the label of its region, or, with \"removed\", takes it back.")
  @APIResponse(
      responseCode = "200",
      description = "The labels, one JSON object per line.",
      content =
          @Content(mediaType = JSON_LINES, schema = @Schema(implementation = LabelLine.class)))
  public Response stream(
      String id,
      @Parameter(description = "\"sequence\" of the last line that the client already has.")
          @QueryParam("after")
          @DefaultValue("0")
          @Min(0)
          long after) {
    String campaign = campaigns.get(id).id();
    StreamingOutput lines = out -> write(campaign, after, out);
    return Response.ok(lines, JSON_LINES).build();
  }

  private void write(String campaign, long after, OutputStream out) throws IOException {
    long known = after;
    List<LabelLine> some;
    do {
      some = store.changes(campaign, known, AT_ONCE, LabelLine::of);
      for (LabelLine each : some) {
        out.write(json.writeValueAsBytes(each));
        out.write('\n');
        known = each.sequence();
      }
    } while (some.size() == AT_ONCE);
  }

  /** Returns the figures of each annotator. */
  @GET
  @Path("annotators")
  @Produces(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "Show what each annotator did",
      description = "Annotators with the most labels come first.")
  public AnnotatorList annotators(String id) {
    return new AnnotatorList(
        store.figures(campaigns.get(id).id()).stream().map(FiguresView::of).toList());
  }
}
