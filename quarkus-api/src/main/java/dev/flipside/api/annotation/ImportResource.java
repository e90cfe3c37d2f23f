package dev.flipside.api.annotation;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.CampaignLookup;
import dev.flipside.api.campaign.CurrentAnnotator;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.config.DataFolder;
import dev.flipside.api.config.FlipsideConfig;
import dev.flipside.api.image.PoolPictures;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.api.upload.DecodeBudget;
import dev.flipside.api.upload.Upload;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.annotation.AnnotationFormat;
import dev.flipside.scorer.annotation.AnnotationImport;
import dev.flipside.scorer.annotation.archive.ArchiveLimits;
import dev.flipside.scorer.annotation.model.LabelClasses;
import dev.flipside.scorer.annotation.model.ReadOptions;
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
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** REST resource to import annotations. */
@Path("/api/campaigns/{id}/import")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Exchange")
public class ImportResource {
  private static final ObjectReader CLASS_MAP =
      new ObjectMapper()
          .readerForMapOf(String.class)
          .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  /** Decoded samples, twice if they are turned, ids, the painted image, and a region of it. */
  private static final long BYTES_PER_PIXEL = 12;

  /** A value counts as 16 numbers, whose list may be copied once when it grows. */
  private static final long BYTES_PER_JSON_VALUE = 256;

  private final CampaignStore store;
  private final CampaignLookup campaigns;
  private final CurrentAnnotator annotators;
  private final PoolPictures pool;
  private final DataFolder data;
  private final FlipsideConfig.Limits limits;
  private final DecodeBudget budget;

  @Inject
  ImportResource(
      CampaignStore store,
      CampaignLookup campaigns,
      CurrentAnnotator annotators,
      PoolPictures pool,
      DataFolder data,
      FlipsideConfig config,
      DecodeBudget budget) {
    this.store = store;
    this.campaigns = campaigns;
    this.annotators = annotators;
    this.pool = pool;
    this.data = data;
    this.limits = config.limits();
    this.budget = budget;
  }

  /** Imports an annotation file. */
  @POST
  @Consumes({
    MediaType.APPLICATION_OCTET_STREAM,
    MediaType.APPLICATION_JSON,
    MediaType.APPLICATION_XML,
    MediaType.TEXT_XML,
    "application/zip",
    // What curl --data-binary sends unless told otherwise.
    MediaType.APPLICATION_FORM_URLENCODED
  })
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Import labels from an annotation tool",
      description =
          "The body is the file, or a ZIP that contains it. cvat: CVAT 1.1 for images or for video;"
              + " label-studio: JSON or JSON-MIN; coco: COCO instances; coco-panoptic: a ZIP of"
              + " JSON and PNG; labelme: JSON; masks: a ZIP of class ID PNGs, as exported; voc: a"
              + " ZIP of SegmentationClass/ and labelmap.txt. The whole file is read before the"
              + " first label is stored; if it cannot be parsed, nothing changes. Then each region"
              + " is labeled or refused separately, as with PUT …/label: a region that is not held"
              + " by the annotator or is already labeled does not change. An image with an unknown"
              + " class is refused. Annotations without area, such as points and choices, are"
              + " ignored and counted. Unpainted pixels get the ignore index; a region without"
              + " painted pixels is refused. If every region is refused, the response is 422 with"
              + " the report.")
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
  @SuppressWarnings("try") // holds the share while the file is read
  public ImportReport take(
      String id,
      @Parameter(
              required = true,
              schema =
                  @Schema(
                      enumeration = {
                        "cvat",
                        "label-studio",
                        "coco",
                        "coco-panoptic",
                        "labelme",
                        "masks",
                        "voc"
                      }))
          @QueryParam("format")
          @Nullable String format,
      @Parameter(
              description =
                  "The exported selection. Without it, labels are accepted for regions"
                      + " that are free or leased to the annotator.")
          @QueryParam("selection")
          @Nullable String selection,
      @Parameter(description = "Name of the annotator. Default: the name of the API key.")
          @QueryParam("annotator")
          @Nullable String annotator,
      @Parameter(
              description =
                  "JSON object that maps label names in the file to class names, or to"
                      + " \"ignore\" for the ignore index.",
              example = "{\"car\":\"Car\",\"sky\":\"ignore\"}")
          @QueryParam("classMap")
          @Nullable String classMap,
      InputStream body)
      throws IOException {
    Campaign campaign = campaigns.get(id);
    Lease lease = selection == null ? null : campaigns.selection(id, selection);
    AnnotationFormat answers = format(String.valueOf(format));
    ReadOptions options =
        new ReadOptions(
            new LabelClasses(campaign.plan().classes(), mapping(classMap)),
            Math.min(limits.pixels(), budget.importBytes() / BYTES_PER_PIXEL),
            ArchiveLimits.ofEntryBytes(limits.label())
                .withJsonValues(budget.importBytes() / BYTES_PER_JSON_VALUE),
            data.uploads());
    AnnotationImporter intake =
        new AnnotationImporter(store, pool, campaign, lease, annotators.of(annotator));
    try (Upload upload = Upload.receive(body, data.uploads(), ".answers", limits.label());
        DecodeBudget.Share share = budget.takeForImport()) {
      AnnotationImport.read(
          upload.file(), answers, options, each -> store.images(campaign.id(), each), intake);
    }
    ImportReport report = intake.report();
    if (report.labelled() == 0 && report.refused() > 0) {
      throw allRefused(report);
    }
    return report;
  }

  private static ApiProblem allRefused(ImportReport report) {
    ImportReport.Item first = report.items().get(0);
    return ApiProblem.of(
            ProblemType.UNUSABLE,
            "nothing is imported, all of "
                + report.refused()
                + " answers are refused; the first, "
                + first.image()
                + ": "
                + first.detail())
        .with("labelled", report.labelled())
        .with("refused", report.refused())
        .with("leftOut", report.leftOut())
        .with("items", report.items());
  }

  private static AnnotationFormat format(String name) {
    try {
      return AnnotationFormat.of(name);
    } catch (FlipsideException e) {
      throw ApiProblem.of(ProblemType.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, String> mapping(@Nullable String json) {
    if (json == null || json.isBlank()) {
      return Map.of();
    }
    try {
      Map<String, String> mapping = CLASS_MAP.readValue(json);
      if (mapping == null || mapping.containsValue(null)) {
        throw malformed();
      }
      return mapping;
    } catch (JsonProcessingException e) {
      throw malformed();
    }
  }

  private static ApiProblem malformed() {
    return ApiProblem.of(
        ProblemType.BAD_REQUEST,
        "classMap: expected a JSON object of names, for example {\"car\":\"Car\",\"sky\":\"ignore\"}");
  }
}
