package dev.flipside.api.backup;

import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.config.DataFolder;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** REST resource to back up the service. */
@Path("/api/backup")
@Tag(name = "Service", description = "The service as a whole.")
public class BackupResource {
  private final CampaignStore store;
  private final DataFolder data;

  @Inject
  BackupResource(CampaignStore store, DataFolder data) {
    this.store = store;
    this.data = data;
  }

  /** Downloads a copy of all campaigns and models. */
  @GET
  @Produces("application/zip")
  @RolesAllowed(Roles.ADMIN)
  @Operation(
      summary = "Download a copy of all campaigns and models",
      description =
          "A ZIP with a snapshot of the campaign store, including all labels, and the registered"
              + " models. The service keeps running. Restore it with flipside campaign restore. 409"
              + " if the campaigns are in PostgreSQL.")
  public Response backup() throws IOException {
    if (!store.backup().isPossible()) {
      throw ApiProblem.of(
          ProblemType.CONFLICT,
          "the campaigns are in PostgreSQL; back them up with pg_dump, and copy the folder "
              + data.models());
    }
    java.nio.file.Path copy = data.uploads().resolve("backup-" + UUID.randomUUID() + ".db");
    try {
      store.backup().write(copy);
    } catch (RuntimeException e) {
      Files.deleteIfExists(copy);
      throw e;
    }
    StreamingOutput content =
        out -> {
          try {
            BackupArchive.write(copy, data.models(), out);
          } finally {
            Files.deleteIfExists(copy);
          }
        };
    return Response.ok(content, "application/zip")
        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"flipside-backup.zip\"")
        .build();
  }
}
