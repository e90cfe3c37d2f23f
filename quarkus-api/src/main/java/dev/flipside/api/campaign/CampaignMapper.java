package dev.flipside.api.campaign;

import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.CampaignPlan;
import dev.flipside.api.campaign.store.domain.CampaignProgress;
import dev.flipside.api.campaign.store.domain.Job;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.campaign.store.domain.ScoringKey;
import dev.flipside.api.job.JobView;
import dev.flipside.api.job.ScoringJobs;
import dev.flipside.scorer.selection.SelectedRegion;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Maps stored campaigns and leases to their views in the API. */
@Singleton
final class CampaignMapper {
  private final CampaignStore store;
  private final ScoringJobs jobs;

  @Inject
  CampaignMapper(CampaignStore store, ScoringJobs jobs) {
    this.store = store;
    this.jobs = jobs;
  }

  CampaignView of(Campaign campaign) {
    CampaignPlan plan = campaign.plan();
    Path list = plan.list();
    String self = path(campaign.id());
    Optional<Job> scoring = jobs.newest(campaign.id());
    return new CampaignView(
        campaign.id(),
        plan.name(),
        plan.poolRoot().toString(),
        list == null ? null : list.toString(),
        plan.grid().toString(),
        ClassMapView.of(plan.classes()),
        plan.strategy(),
        campaign.created(),
        campaign.closed(),
        progress(campaign.id(), scoring),
        scoring.map(JobView::of).orElse(null),
        links(
            "self", self,
            "progress", self + "/progress",
            "scorings", self + "/scorings",
            "selections", self + "/selections",
            "rounds", self + "/rounds",
            "labels", self + "/labels",
            "export", self + "/export"));
  }

  ProgressView progress(String campaign) {
    return progress(campaign, jobs.newest(campaign));
  }

  private ProgressView progress(String campaign, Optional<Job> scoring) {
    CampaignProgress progress = store.progress(campaign);
    long scored =
        scoring
            .map(job -> store.scoredImages(campaign, jobs.order(job).key().toString()))
            .orElse(0L);
    // A campaign without a limit ends when all regions are labeled.
    long there = progress.regions() - progress.skipped();
    long budget = progress.budget() == CampaignPlan.UNLIMITED ? there : progress.budget();
    return new ProgressView(
        progress.images(),
        scored,
        progress.regions(),
        progress.unlabelled(),
        progress.leased(),
        progress.labelled(),
        progress.skipped(),
        budget,
        Math.max(0, Math.min(progress.remainingBudget(), progress.unlabelled())));
  }

  SelectionView of(Lease lease) {
    String campaign = path(lease.campaign());
    String self = campaign + "/selections/" + lease.id();
    ScoringKey key = ScoringKey.parse(lease.model());
    return new SelectionView(
        lease.id(),
        lease.campaign(),
        key.model(),
        key.strategy(),
        lease.annotator(),
        lease.granted(),
        lease.expires(),
        lease.openRegions(),
        lease.shortfall().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        lease.regions().stream().map(each -> of(each, campaign, lease.id())).toList(),
        links("self", self, "renew", self + "/renew", "campaign", campaign));
  }

  private static SelectionView.RegionView of(
      SelectedRegion selected, String campaign, String lease) {
    String image = campaign + "/images/" + RegionPathSegment.ofImage(selected.id().image());
    String region = campaign + "/regions/" + RegionPathSegment.of(selected.id());
    return new SelectionView.RegionView(
        selected.rank(),
        RegionPathSegment.of(selected.id()),
        selected.id().image(),
        selected.id().row(),
        selected.id().col(),
        selected.region().y(),
        selected.region().x(),
        selected.region().height(),
        selected.region().width(),
        selected.score(),
        links(
            "image", image,
            "crop", region + "/image",
            "uncertainty", image + "/uncertainty",
            "prediction", image + "/prediction",
            "label", region + "/label?selection=" + lease,
            "skip", region + "/skip?selection=" + lease));
  }

  private static String path(String campaign) {
    return "/api/campaigns/" + campaign;
  }

  private static Map<String, String> links(String... namesAndPaths) {
    Map<String, String> links = new LinkedHashMap<>();
    for (int at = 0; at < namesAndPaths.length; at += 2) {
      links.put(namesAndPaths[at], namesAndPaths[at + 1]);
    }
    return links;
  }
}
