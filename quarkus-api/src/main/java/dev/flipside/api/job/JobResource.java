package dev.flipside.api.job;

import dev.flipside.api.access.Roles;
import dev.flipside.api.access.WaitingRequests;
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
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestStreamElementType;

/** REST resource for scoring jobs. */
@Path("/api/jobs")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Jobs", description = "Scoring of pools in the background.")
public class JobResource {
  private final ScoringJobs jobs;
  private final WaitingRequests waiting;

  @Inject
  JobResource(ScoringJobs jobs, WaitingRequests waiting) {
    this.jobs = jobs;
    this.waiting = waiting;
  }

  /**
   * List of jobs.
   *
   * @param jobs jobs, oldest first
   */
  @Schema(name = "JobList")
  public record JobList(List<JobView> jobs) {}

  /** Returns all jobs. */
  @GET
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(summary = "List all jobs", description = "Oldest first.")
  public JobList list() {
    return new JobList(jobs.list().stream().map(JobView::of).toList());
  }

  /** Returns a job. */
  @GET
  @Path("{id}")
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(summary = "Show a job")
  public JobView show(String id) {
    return JobView.of(jobs.get(id));
  }

  /** Streams the changes of a job. */
  @GET
  @Path("{id}/events")
  @Blocking
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RestStreamElementType(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "Watch a job",
      description =
          "Server-sent events: the current state of the job, then each change. The stream"
              + " ends when the job ends.")
  public Multi<JobView> watch(String id) {
    jobs.get(id);
    waiting.enter();
    return jobs.watch(id).map(JobView::of);
  }

  /** Cancels a job. */
  @DELETE
  @Path("{id}")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Cancel a job",
      description =
          "The model run ends within seconds; scores computed so far are kept. A finished job does"
              + " not change.")
  public JobView cancel(String id) {
    return JobView.of(jobs.cancel(id));
  }
}
