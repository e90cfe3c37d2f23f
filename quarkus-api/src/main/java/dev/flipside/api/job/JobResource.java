package dev.flipside.api.job;

import dev.flipside.api.access.Roles;
import dev.flipside.api.problem.Problem;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestStreamElementType;

/** Scoring jobs: listed, watched, cancelled. */
@Path("/api/jobs")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Jobs", description = "Scoring of pools in the background.")
@APIResponse(
    responseCode = "default",
    description = "The request was refused or failed.",
    content =
        @Content(
            mediaType = "application/problem+json",
            schema = @Schema(implementation = Problem.class)))
public class JobResource {
  private final ScoringJobs jobs;

  @Inject
  JobResource(ScoringJobs jobs) {
    this.jobs = jobs;
  }

  /**
   * All jobs.
   *
   * @param jobs the oldest first
   */
  @Schema(name = "JobList")
  public record JobList(List<JobView> jobs) {}

  /** All jobs. */
  @GET
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(summary = "List all jobs", description = "Oldest first.")
  public JobList list() {
    return new JobList(jobs.list().stream().map(JobView::of).toList());
  }

  /** One job. */
  @GET
  @Path("{id}")
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(summary = "Show a job")
  public JobView show(String id) {
    return JobView.of(jobs.get(id));
  }

  /** A job as it goes on. */
  @GET
  @Path("{id}/events")
  @Blocking
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RestStreamElementType(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "Watch a job",
      description =
          "Server-sent events: the job now, then at every change; the stream ends with the job.")
  public Multi<JobView> watch(String id) {
    jobs.get(id);
    return jobs.watch(id).map(JobView::of);
  }

  /** Stops a job. */
  @DELETE
  @Path("{id}")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Cancel a job",
      description =
          "It stops after the image that it is at; what was scored is kept. One that has ended"
              + " stays as it is.")
  public JobView cancel(String id) {
    return JobView.of(jobs.cancel(id));
  }
}
