package dev.flipside.api.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.CampaignLookup;
import dev.flipside.api.campaign.RegionToken;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.TrainingStore;
import dev.flipside.api.campaign.store.domain.LabelCount;
import dev.flipside.api.campaign.store.domain.LabelledRegion;
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

/** REST resource for the labels of a campaign in the order in which they come in. */
@Path("/api/campaigns/{id}/labels")
@Tag(name = "Training")
public class LabelStreamResource {
  private static final String JSON_LINES = "application/x-ndjson";

  /** Labels per transaction, so that a slow client holds no connection to the database. */
  private static final int AT_ONCE = 100;

  private final TrainingStore store;
  private final CampaignLookup campaigns;
  private final ObjectMapper json;

  @Inject
  LabelStreamResource(CampaignStore store, CampaignLookup campaigns, ObjectMapper json) {
    this.store = store.training();
    this.campaigns = campaigns;
    this.json = json;
  }

  /**
   * A line of the stream: the label of a region.
   *
   * @param sequence position among the labels of the campaign, from 1
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
   * @param annotator annotator who labeled it
   * @param labelled time of labeling
   * @param png PNG of class ids of the size of the region
   */
  @RegisterForReflection // the resource returns a stream, so Quarkus does not see the type
  @Schema(name = "Label", description = "The label of a region.")
  @SuppressWarnings("ArrayRecordComponent") // written once, never compared
  public record LabelLine(
      @Schema(
              description = "Position among the labels of the campaign, starting at 1.",
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
      String annotator,
      Instant labelled,
      @Schema(description = "PNG of class IDs with the size of the region, in base64.")
          byte[] png) {
    static LabelLine of(LabelledRegion label) {
      return new LabelLine(
          label.sequence(),
          RegionToken.of(label.id()),
          label.id().image(),
          label.id().row(),
          label.id().col(),
          label.region().y(),
          label.region().x(),
          label.region().height(),
          label.region().width(),
          label.image().height(),
          label.image().width(),
          label.annotator(),
          label.labelled(),
          ImageWriter.encodePng(label.label()));
    }
  }

  /**
   * Labels of each annotator.
   *
   * @param annotators annotators, most labels first
   */
  @Schema(name = "LabelCounts")
  public record LabelCounts(List<LabelCount> annotators) {}

  /** Streams labels. */
  @GET
  @Produces(JSON_LINES)
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Stream the labels of regions, oldest first",
      description =
          "One JSON object per line. To get only newer labels, repeat the request with the"
              + " \"sequence\" of the last line as \"after\".")
  @APIResponse(
      responseCode = "200",
      description = "The labels, one JSON object per line.",
      content =
          @Content(mediaType = JSON_LINES, schema = @Schema(implementation = LabelLine.class)))
  public Response stream(
      String id,
      @Parameter(description = "Sequence number of the last label that the client already has.")
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
      some = store.labels(campaign, known, AT_ONCE, LabelLine::of);
      for (LabelLine each : some) {
        out.write(json.writeValueAsBytes(each));
        out.write('\n');
        known = each.sequence();
      }
    } while (some.size() == AT_ONCE);
  }

  /** Returns the number of labels of each annotator. */
  @GET
  @Path("annotators")
  @Produces(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "Count the labels of each annotator",
      description = "Annotators with the most labels come first.")
  public LabelCounts counts(String id) {
    return new LabelCounts(store.labelCounts(campaigns.get(id).id()));
  }
}
