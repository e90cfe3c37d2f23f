package dev.flipside.api.health;

import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.CampaignProgress;
import dev.flipside.api.campaign.store.domain.Job;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.ToLongFunction;

/** Gauges of jobs and regions, computed from the store when metrics are read. */
@Singleton
final class StoreMetrics {
  private final CampaignStore store;
  private final MeterRegistry meters;

  @Inject
  StoreMetrics(CampaignStore store, MeterRegistry meters) {
    this.store = store;
    this.meters = meters;
  }

  void register(@Observes StartupEvent event) {
    meters.gauge("flipside.jobs.queued", this, each -> each.jobs(Job.State.QUEUED));
    meters.gauge("flipside.jobs.running", this, each -> each.jobs(Job.State.RUNNING));
    meters.gauge("flipside.regions.leased", this, each -> each.sum(CampaignProgress::leased));
    meters.gauge("flipside.regions.labelled", this, each -> each.sum(CampaignProgress::labelled));
    meters.gauge("flipside.regions.skipped", this, each -> each.sum(CampaignProgress::skipped));
  }

  private double jobs(Job.State state) {
    return store.jobs().list().stream().filter(job -> job.state() == state).count();
  }

  private double sum(ToLongFunction<CampaignProgress> count) {
    return store.list().stream().map(Campaign::id).map(store::progress).mapToLong(count).sum();
  }
}
