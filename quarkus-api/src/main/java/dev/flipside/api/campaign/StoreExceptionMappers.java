package dev.flipside.api.campaign;

import dev.flipside.api.campaign.store.database.StoreException;
import dev.flipside.api.campaign.store.domain.IdempotencyConflictException;
import dev.flipside.api.campaign.store.domain.LeaseConflictException;
import dev.flipside.api.campaign.store.domain.NotInStoreException;
import dev.flipside.api.campaign.store.domain.NotScoredException;
import dev.flipside.api.campaign.store.domain.RegionConflictException;
import dev.flipside.api.campaign.store.domain.RegionStatus;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemMappers;
import dev.flipside.api.problem.ProblemType;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Maps the exceptions of the campaign store to problem details (RFC 9457). */
final class StoreExceptionMappers {
  private static final Logger LOG = Logger.getLogger(StoreExceptionMappers.class);
  private static final int RETRY_AFTER_SECONDS = 2;

  @ServerExceptionMapper
  Response unknown(NotInStoreException unknown) {
    return ProblemMappers.respond(ApiProblem.of(ProblemType.NOT_FOUND, message(unknown)));
  }

  @ServerExceptionMapper
  Response notScored(NotScoredException unscored) {
    return ProblemMappers.respond(ApiProblem.of(ProblemType.NOT_SCORED, message(unscored)));
  }

  @ServerExceptionMapper
  Response mismatch(IdempotencyConflictException mismatch) {
    return ProblemMappers.respond(
        ApiProblem.of(ProblemType.IDEMPOTENCY_MISMATCH, message(mismatch)));
  }

  @ServerExceptionMapper
  Response conflict(LeaseConflictException conflict) {
    return ProblemMappers.respond(ApiProblem.of(ProblemType.CONFLICT, message(conflict)));
  }

  @ServerExceptionMapper
  Response conflict(RegionConflictException conflict) {
    RegionStatus status = conflict.status();
    ApiProblem problem =
        ApiProblem.of(ProblemType.REGION_STATE, message(conflict))
            .with("state", status.state().name().toLowerCase(Locale.ROOT));
    if (status.annotator() != null) {
      problem = problem.with("annotator", status.annotator());
    }
    return ProblemMappers.respond(problem);
  }

  @ServerExceptionMapper
  Response failed(StoreException failure) {
    if (failure.diskFull()) {
      LOG.error(failure.getMessage());
      return ProblemMappers.respond(ApiProblem.of(ProblemType.DISK_FULL, message(failure)));
    }
    LOG.errorf(failure, "the ledger failed");
    ApiProblem problem = ApiProblem.of(ProblemType.UNAVAILABLE, message(failure));
    return ProblemMappers.respond(
        failure.worthRetrying() ? problem.with("retryAfterSeconds", RETRY_AFTER_SECONDS) : problem);
  }

  private static String message(Exception failure) {
    return String.valueOf(failure.getMessage());
  }
}
