package dev.flipside.api.annotation;

import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.CampaignLookup;
import dev.flipside.api.campaign.RegionPathSegment;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.CampaignPlan;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.config.DataFolder;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.scorer.annotation.export.AnnotatedImage;
import dev.flipside.scorer.annotation.export.CocoWriter;
import dev.flipside.scorer.annotation.export.CvatWriter;
import dev.flipside.scorer.annotation.export.LabelStudioWriter;
import dev.flipside.scorer.annotation.export.MaskNames;
import dev.flipside.scorer.annotation.export.MasksWriter;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** REST resource to export labels and tasks. */
@Path("/api/campaigns/{id}/export")
@Tag(name = "Exchange", description = "Export and import in the formats of annotation tools.")
public class ExportResource {
  private final CampaignStore store;
  private final CampaignLookup campaigns;
  private final TaskExporter handoff;
  private final DataFolder data;

  @Inject
  ExportResource(
      CampaignStore store, CampaignLookup campaigns, TaskExporter handoff, DataFolder data) {
    this.store = store;
    this.campaigns = campaigns;
    this.handoff = handoff;
    this.data = data;
  }

  /** Exports all labels, or a selection as tasks for an annotation tool. */
  @GET
  @Produces({"application/zip", MediaType.APPLICATION_JSON, MediaType.APPLICATION_XML})
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Export the labeled data set or a selection",
      description =
          "masks: for training. A ZIP with classes.json and one PNG of class IDs per"
              + " image, with the ignore index for unlabeled pixels; if images differ only in"
              + " the extension, it is kept (labels/x.jpg.png). coco: COCO JSON with one"
              + " run-length encoded annotation per class and image. cvat: CVAT for images 1.1"
              + " (XML). Images whose name XML cannot represent are omitted, listed in a comment"
              + " at the end, and counted in the header Flipside-Left-Out. label-studio: Label"
              + " Studio tasks. cvat and label-studio mark each region with a rectangle labeled"
              + " \"flipside-region\". Without \"selection\" they contain the labeled data set;"
              + " with it, the regions of the selection that wait for a label, and the"
              + " prediction of the model in them. Import the annotations with POST …/import.")
  public Response export(
      String id,
      @Parameter(schema = @Schema(enumeration = {"masks", "coco", "cvat", "label-studio"}))
          @QueryParam("format")
          @DefaultValue("masks")
          String format,
      @Parameter(description = "Selection to export (cvat and label-studio only).")
          @QueryParam("selection")
          @Nullable String selection,
      @Parameter(
              description = "Whether to add the prediction of the model to an exported selection.")
          @QueryParam("predictions")
          @DefaultValue("true")
          boolean predictions,
      @Parameter(
              description =
                  "coco only: mark annotations as crowds (iscrowd 1, uncompressed run"
                      + " lengths). Most training code ignores crowds.")
          @QueryParam("crowds")
          @DefaultValue("false")
          boolean crowds,
      @Context UriInfo uri)
      throws IOException {
    Campaign campaign = campaigns.get(id);
    Lease lease = selection == null ? null : campaigns.selection(id, selection);
    ClassMap classes = campaign.plan().classes();
    AnnotatedImage.Source labelled = sink -> LabelledImages.stream(store, campaign, sink);
    AnnotatedImage.Source images =
        lease == null ? labelled : sink -> handoff.stream(campaign, lease, predictions, sink);
    return switch (format) {
      case "masks" ->
          file(
              "application/zip",
              id + "-masks.zip",
              out -> MasksWriter.write(labelled, names(campaign), classes, out));
      case "coco" ->
          file(
              MediaType.APPLICATION_JSON,
              id + "-coco.json",
              out ->
                  CocoWriter.write(
                      labelled, campaign.plan().name(), classes, crowds, out, data.uploads()));
      case "cvat" -> cvat(campaign, lease == null ? "manual" : "auto", images);
      case "label-studio" ->
          prepared(
              MediaType.APPLICATION_JSON,
              id + "-label-studio.json",
              out ->
                  writeTasks(
                      campaign,
                      lease == null ? "annotations" : "predictions",
                      uri.getBaseUri(),
                      images,
                      out));
      default ->
          throw ApiProblem.of(
              ProblemType.BAD_REQUEST,
              "format \"" + format + "\": expected masks, coco, cvat or label-studio");
    };
  }

  private MaskNames names(Campaign campaign) {
    MaskNames names = new MaskNames();
    store.images(campaign.id(), names::register);
    return names;
  }

  private Response cvat(Campaign campaign, String source, AnnotatedImage.Source images)
      throws IOException {
    CampaignPlan plan = campaign.plan();
    AtomicInteger leftOut = new AtomicInteger();
    Response response =
        prepared(
            MediaType.APPLICATION_XML,
            campaign.id() + "-cvat.xml",
            out -> {
              try (CvatWriter xml = CvatWriter.begin(out, plan.name(), plan.classes(), source)) {
                images.stream(xml::add);
                leftOut.set(xml.leftOut().size());
              }
            });
    return leftOut.get() == 0
        ? response
        : Response.fromResponse(response).header("Flipside-Left-Out", leftOut.get()).build();
  }

  private static void writeTasks(
      Campaign campaign, String results, URI base, AnnotatedImage.Source images, OutputStream out)
      throws IOException {
    String path = "api/campaigns/" + campaign.id() + "/images/";
    try (LabelStudioWriter tasks =
        LabelStudioWriter.begin(
            out,
            campaign.id(),
            campaign.plan().classes(),
            results,
            image -> base.resolve(path + RegionPathSegment.ofImage(image)).toString())) {
      images.stream(tasks::add);
    }
  }

  /**
   * Writes the whole content to a file before the response starts, so that a failure can still be
   * reported.
   */
  private Response prepared(String type, String name, StreamingOutput content) throws IOException {
    java.nio.file.Path file = Files.createTempFile(data.uploads(), "export-", ".part");
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
        content.write(out);
      }
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    return file(
        type,
        name,
        out -> {
          try {
            Files.copy(file, out);
          } finally {
            Files.deleteIfExists(file);
          }
        });
  }

  private static Response file(String type, String name, StreamingOutput content) {
    return Response.ok(content, type)
        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
        .build();
  }
}
