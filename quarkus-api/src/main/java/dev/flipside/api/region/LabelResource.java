package dev.flipside.api.region;

import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.CampaignLookup;
import dev.flipside.api.campaign.CurrentAnnotator;
import dev.flipside.api.campaign.RegionPathSegment;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.RegionTransaction;
import dev.flipside.api.campaign.store.domain.CampaignPlan;
import dev.flipside.api.campaign.store.domain.LabelledRegion;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.api.region.RegionResource.RegionStateView;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.image.ImageWriter;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** REST resource for the label of a region. */
@Path("/api/campaigns/{id}/regions/{rid}/label")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Regions", description = "Labels and state of regions.")
public class LabelResource {
  private static final String PNG = "image/png";

  private final CampaignStore store;
  private final CampaignLookup campaigns;
  private final RegionLabelReader intake;
  private final CurrentAnnotator annotators;

  @Inject
  LabelResource(
      CampaignStore store,
      CampaignLookup campaigns,
      RegionLabelReader intake,
      CurrentAnnotator annotators) {
    this.store = store;
    this.campaigns = campaigns;
    this.intake = intake;
    this.annotators = annotators;
  }

  /** Returns a label. */
  @GET
  @Produces(PNG)
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "Show the label of a region",
      description =
          "A single-channel PNG of class IDs with the size of the region. The ETag names the"
              + " version; send it as If-Match to correct the label.")
  @APIResponse(
      responseCode = "200",
      description = "The label.",
      content =
          @Content(mediaType = PNG, schema = @Schema(type = SchemaType.STRING, format = "binary")))
  public Response show(
      String id,
      String rid,
      @Parameter(
              description =
                  "Event that gave the label (\"sequence\" in the history of the region);"
                      + " default: the label that is valid now.")
          @QueryParam("version")
          @Min(1)
          @Nullable Long version) {
    RegionId region = RegionPathSegment.parse(rid);
    String campaign = campaigns.get(id).id();
    if (version != null) {
      LabelMap label =
          store
              .labels()
              .find(campaign, region, version)
              .orElseThrow(
                  () ->
                      ApiProblem.notFound(
                          "label",
                          region + ", version " + version,
                          "GET …/regions/" + rid + "/history lists the versions."));
      return png(label, version);
    }
    LabelledRegion label =
        store
            .labels()
            .find(campaign, region)
            .orElseThrow(
                () ->
                    ApiProblem.notFound(
                        "label", region.toString(), "The region is not labelled (any more)."));
    return png(label.label(), label.sequence());
  }

  private static Response png(LabelMap label, long version) {
    return Response.ok(ImageWriter.encodePng(label), PNG)
        .tag(new EntityTag(Long.toString(version)))
        .header("Cache-Control", "private, no-cache")
        .build();
  }

  /** Stores a label. */
  @PUT
  @Consumes({"image/png", MediaType.APPLICATION_OCTET_STREAM})
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "Label a region, or correct its label",
      description =
          "The body is a PNG with one channel or a palette. Pixel values are class IDs or"
              + " the ignore index. The size is that of the region or of its image. The label is"
              + " on disk when the response is sent. JPEG is rejected, and so is a label in"
              + " which all pixels are ignored; skip the region instead. If the caller does not"
              + " hold the region, or it is already labeled or skipped, the response is 409 with"
              + " the state of the region, and nothing changes. With the header If-Match, the"
              + " request corrects the label of that version (ETag of GET): its annotator and"
              + " operators may, and the response is 412 if the label is another by now.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = "image/png",
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  public RegionStateView label(
      String id,
      String rid,
      @Parameter(
              description = "Selection that contains the region; part of the links in a selection.")
          @QueryParam("selection")
          @Nullable String selection,
      @Parameter(description = "Name of the annotator; default: the name of the API key.")
          @QueryParam("annotator")
          @Nullable String annotator,
      @Parameter(description = "Version of the label to correct, or * for any.")
          @HeaderParam("If-Match")
          @Nullable String version,
      InputStream body)
      throws IOException {
    CampaignPlan plan = campaigns.plan(id);
    RegionId region = RegionPathSegment.parse(rid);
    if (version != null) {
      return correct(id, region, version, annotators.of(annotator), plan.classes(), body);
    }
    LeaseChoice choice = new LeaseChoice(id, region, selection, annotators.of(annotator));
    try (RegionLabelReader.DecodedLabel label = read(body, plan.classes(), choice)) {
      return store.inRegion(
          id,
          region,
          held -> {
            String lease = choice.findListing(held);
            held.label(
                lease,
                RegionLabelReader.fit(
                    label.map(), held.rectangle(), held.imageSize(), plan.classes()));
            return RegionStateView.of(held.status());
          });
    }
  }

  private RegionStateView correct(
      String id, RegionId region, String version, String actor, ClassMap classes, InputStream body)
      throws IOException {
    boolean operator = annotators.isOperator();
    store.inRegion(id, region, held -> requireCorrectable(held, region, version, actor, operator));
    try (RegionLabelReader.DecodedLabel label = intake.read(body, classes)) {
      return store.inRegion(
          id,
          region,
          held -> {
            requireCorrectable(held, region, version, actor, operator);
            held.correct(
                RegionLabelReader.fit(label.map(), held.rectangle(), held.imageSize(), classes),
                actor);
            return RegionStateView.of(held.status());
          });
    }
  }

  /**
   * @return the label that is corrected
   */
  private static LabelledRegion requireCorrectable(
      RegionTransaction held, RegionId region, String version, String actor, boolean operator) {
    LabelledRegion label =
        held.label()
            .orElseThrow(
                () ->
                    ApiProblem.of(
                        ProblemType.OUTDATED,
                        region + ": has no label (any more) to correct; label it first"));
    if (!operator && !label.annotator().equals(actor)) {
      throw ApiProblem.of(
          ProblemType.FORBIDDEN,
          region
              + ": the label is of "
              + label.annotator()
              + "; only that annotator or an operator may correct it, not "
              + actor);
    }
    String found = "\"" + label.sequence() + "\"";
    if (!version.strip().equals("*") && !version.strip().equals(found)) {
      throw ApiProblem.of(
          ProblemType.OUTDATED,
          region
              + ": the label is version "
              + found
              + ", expected "
              + version.strip()
              + "; it was changed since you read it, so read it again");
    }
    return label;
  }

  /** If the caller does not hold the region, that error takes precedence over an invalid body. */
  private RegionLabelReader.DecodedLabel read(
      InputStream body, ClassMap classes, LeaseChoice choice) throws IOException {
    try {
      return intake.read(body, classes);
    } catch (ApiProblem | FlipsideException unusable) {
      store.inRegion(choice.campaign(), choice.region(), choice::findListing);
      throw unusable;
    }
  }

  /** Sends a label back. */
  @POST
  @Path("send-back")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Send a label back to its annotator",
      description =
          "The region is leased to the annotator again, for a week, in a selection of its own"
              + " (GET …/selections). Until it is labeled anew, its label is neither trained on"
              + " nor exported.")
  public RegionStateView sendBack(String id, String rid, @NotNull @Valid Review review) {
    campaigns.plan(id);
    String comment = review.said();
    if (comment == null) {
      throw ApiProblem.of(
          ProblemType.BAD_REQUEST, "comment: expected what is wrong with the label, found nothing");
    }
    String actor = annotators.of(null);
    return store.inRegion(
        id,
        RegionPathSegment.parse(rid),
        held -> {
          held.sendBack(actor, comment);
          return RegionStateView.of(held.status());
        });
  }
}
