package dev.flipside.api.model;

import dev.flipside.api.access.Roles;
import dev.flipside.api.config.DataFolder;
import dev.flipside.api.config.FlipsideConfig;
import dev.flipside.api.upload.Upload;
import dev.flipside.models.registry.ModelEntry;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** REST resource for models. */
@Path("/api/models")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Models", description = "Segmentation models: ONNX files with a model card.")
public class ModelResource {
  private final Models models;
  private final DataFolder data;
  private final FlipsideConfig.Limits limits;

  @Inject
  ModelResource(Models models, DataFolder data, FlipsideConfig config) {
    this.models = models;
    this.data = data;
    this.limits = config.limits();
  }

  /**
   * Request to activate a model.
   *
   * @param id id of a registered model
   */
  @Schema(name = "Activation")
  public record Activation(
      @Schema(examples = "sha256:9f86d081884c7d65", required = true) @NotBlank String id) {}

  /** Adds an ONNX model. */
  @POST
  @Consumes({MediaType.APPLICATION_OCTET_STREAM, "application/onnx"})
  @RolesAllowed(Roles.ADMIN)
  @Operation(
      summary = "Add a model",
      description =
          "The body is an ONNX file with the model card in its metadata. The model is validated"
              + " before it is stored. Uploading the same file again has no effect. The model is"
              + " not activated. A name is accepted wherever an ID is; if another model has this"
              + " name, it loses it.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_OCTET_STREAM,
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  @APIResponse(
      responseCode = "201",
      description = "The model.",
      content = @Content(schema = @Schema(implementation = ModelView.class)))
  public RestResponse<ModelView> add(
      InputStream body,
      @QueryParam("name") @Parameter(description = "Name of the model.") @Nullable String name)
      throws IOException {
    try (Upload upload = Upload.receive(body, data.uploads(), ".onnx", limits.model())) {
      ModelView view = view(models.upload(upload.file(), name));
      return RestResponse.ResponseBuilder.<ModelView>created(URI.create("/api/models/" + view.id()))
          .entity(view)
          .build();
    }
  }

  /** Returns all models. */
  @GET
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(summary = "List all models")
  public ModelView.ModelList list() {
    return new ModelView.ModelList(
        models.active().map(ModelEntry::id).orElse(null),
        models.list().stream().map(this::view).toList());
  }

  /** Returns a model. */
  @GET
  @Path("{id}")
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(summary = "Show a model")
  public ModelView show(String id) {
    return view(models.get(id));
  }

  /** Activates a model. */
  @PUT
  @Path("active")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.ADMIN)
  @Operation(
      summary = "Activate a model",
      description =
          "New scorings use the active model by default. Running scorings and requests"
              + " continue with the model they started with.")
  public ModelView activate(@NotNull @Valid Activation activation) {
    return view(models.activate(activation.id()));
  }

  /** Reactivates the previously active model. */
  @POST
  @Path("active/rollback")
  @RolesAllowed(Roles.ADMIN)
  @Operation(summary = "Activate the previously active model")
  public ModelView rollback() {
    return view(models.rollback());
  }

  /** Removes a model. */
  @DELETE
  @Path("{id}")
  @RolesAllowed(Roles.ADMIN)
  @Operation(
      summary = "Remove a model",
      description = "Scores computed with it are kept. The active model cannot be removed.")
  @APIResponse(responseCode = "204", description = "Removed.")
  public void remove(String id) {
    models.remove(id);
  }

  private ModelView view(ModelEntry entry) {
    Optional<String> active = models.active().map(ModelEntry::id);
    return ModelView.of(entry, active.filter(entry.id()::equals).isPresent());
  }
}
