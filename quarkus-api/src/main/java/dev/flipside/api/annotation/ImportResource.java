package dev.flipside.api.annotation;

import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.CampaignLookup;
import dev.flipside.api.campaign.CurrentAnnotator;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.config.DataFolder;
import dev.flipside.api.config.FlipsideConfig;
import dev.flipside.api.picture.PoolPictures;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.Problem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.api.upload.Upload;
import dev.flipside.models.domain.SegmentationClass;
import dev.flipside.scorer.annotation.Annotation;
import dev.flipside.scorer.annotation.CvatReader;
import dev.flipside.scorer.annotation.LabelStudioReader;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Takes the answers of annotation programs. */
@Path("/api/campaigns/{id}/import")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Exchange")
@APIResponse(
    responseCode = "default",
    description = "The request was refused or failed.",
    content =
        @Content(
            mediaType = "application/problem+json",
            schema = @Schema(implementation = Problem.class)))
public class ImportResource {
  private static final String XML_ENTRY = "annotations.xml";

  private final CampaignStore store;
  private final CampaignLookup campaigns;
  private final CurrentAnnotator annotators;
  private final PoolPictures pool;
  private final MasksReader masks;
  private final DataFolder data;
  private final FlipsideConfig.Limits limits;

  @Inject
  ImportResource(
      CampaignStore store,
      CampaignLookup campaigns,
      CurrentAnnotator annotators,
      PoolPictures pool,
      MasksReader masks,
      DataFolder data,
      FlipsideConfig config) {
    this.store = store;
    this.campaigns = campaigns;
    this.annotators = annotators;
    this.pool = pool;
    this.masks = masks;
    this.data = data;
    this.limits = config.limits();
  }

  /** Takes a file of answers. */
  @POST
  @Consumes(MediaType.WILDCARD)
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Import labels from an annotation tool",
      description =
          "The body is the file: cvat takes \"CVAT for images 1.1\" (XML, or the ZIP around it),"
              + " label-studio the JSON export, masks a ZIP as the export makes it. The whole file"
              + " is read before the first label is kept; one that cannot be read changes nothing."
              + " Then each region is labelled or refused for itself, as when its label is PUT:"
              + " what is late, foreign or double changes nothing. Pixels that nobody painted"
              + " become the ignore label; a region without any painted pixel is refused.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_OCTET_STREAM,
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  @APIResponse(
      responseCode = "200",
      description = "The file was read. Each region has its own outcome.",
      content = @Content(schema = @Schema(implementation = ImportReport.class)))
  public ImportReport take(
      String id,
      @Parameter(required = true, schema = @Schema(enumeration = {"cvat", "label-studio", "masks"}))
          @QueryParam("format")
          @Nullable String format,
      @Parameter(
              description =
                  "The selection that was handed off. Without it, labels are taken for regions that"
                      + " the annotator has or that nobody has.")
          @QueryParam("selection")
          @Nullable String selection,
      @Parameter(description = "Name of the annotator. Default: the name of the API key.")
          @QueryParam("annotator")
          @Nullable String annotator,
      InputStream body)
      throws IOException {
    Campaign campaign = campaigns.get(id);
    Lease lease = selection == null ? null : campaigns.selection(id, selection);
    Format answers = format(String.valueOf(format));
    AnnotationImporter intake =
        new AnnotationImporter(store, pool, campaign, lease, annotators.of(annotator));
    try (Upload upload = Upload.receive(body, data.uploads(), ".answers", limits.label())) {
      answers.read(upload.file(), campaign, answer -> {});
      answers.read(upload.file(), campaign, intake::take);
    }
    return intake.report();
  }

  /** Reads a file of answers. */
  @FunctionalInterface
  private interface Format {
    void read(java.nio.file.Path file, Campaign campaign, Annotation.Sink sink) throws IOException;
  }

  private Format format(String name) {
    return switch (name) {
      case "cvat" -> this::readCvat;
      case "label-studio" -> this::readLabelStudio;
      case "masks" -> masks::read;
      default ->
          throw ApiProblem.of(
              ProblemType.BAD_REQUEST,
              "format \"" + name + "\": expected cvat, label-studio or masks");
    };
  }

  private void readCvat(java.nio.file.Path file, Campaign campaign, Annotation.Sink sink)
      throws IOException {
    try (InputStream in = Files.newInputStream(file);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().equals(XML_ENTRY)) {
          try (Upload xml = Upload.receive(zip, data.uploads(), ".xml", limits.label())) {
            readXml(xml.file(), campaign, sink);
          }
          return;
        }
      }
    }
    readXml(file, campaign, sink);
  }

  private void readXml(java.nio.file.Path file, Campaign campaign, Annotation.Sink sink)
      throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      CvatReader.read(in, ids(campaign), limits.pixels(), sink);
    }
  }

  private void readLabelStudio(java.nio.file.Path file, Campaign campaign, Annotation.Sink sink)
      throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      LabelStudioReader.read(in, ids(campaign), limits.pixels(), sink);
    }
  }

  private static Map<String, Integer> ids(Campaign campaign) {
    List<SegmentationClass> classes = campaign.plan().classes().classes();
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (int id = 0; id < classes.size(); id++) {
      ids.put(classes.get(id).name(), id);
    }
    return ids;
  }
}
