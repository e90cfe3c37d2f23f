package dev.flipside.api.annotation;

import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.campaign.store.domain.RegionState;
import dev.flipside.api.campaign.store.domain.RegionStatus;
import dev.flipside.api.image.ModelPictures;
import dev.flipside.api.image.PoolPictures;
import dev.flipside.api.job.ScoringJobRequest;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.scorer.annotation.export.AnnotatedImage;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.selection.SelectedRegion;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Exports the regions of a selection that wait for a label, with the model's prediction. */
@Singleton
final class TaskExporter {
  /** Class ids in the memory of the model, copied, and within the regions. */
  private static final long BYTES_PER_PIXEL = 3;

  private final CampaignStore store;
  private final PoolPictures pool;
  private final ModelPictures model;

  @Inject
  TaskExporter(CampaignStore store, PoolPictures pool, ModelPictures model) {
    this.store = store;
    this.pool = pool;
    this.model = model;
  }

  /**
   * Streams the images of a selection, ordered by their best region.
   *
   * @param predictions whether to add the prediction of the model; otherwise, and before a model
   *     has scored the pool, all pixels are unlabeled
   * @throws IOException if the sink fails
   */
  void stream(Campaign campaign, Lease lease, boolean predictions, AnnotatedImage.Sink sink)
      throws IOException {
    Map<String, List<Region>> images = new LinkedHashMap<>();
    for (SelectedRegion each : lease.regions()) {
      RegionStatus status = store.region(campaign.id(), each.id());
      if (status.state() == RegionState.LEASED && lease.id().equals(status.lease())) {
        images.computeIfAbsent(each.id().image(), image -> new ArrayList<>()).add(each.region());
      }
    }
    for (Map.Entry<String, List<Region>> each : images.entrySet()) {
      sink.accept(
          new AnnotatedImage(
              each.getKey(),
              each.getValue(),
              labels(campaign, each.getKey(), each.getValue(), predictions)));
    }
  }

  private LabelMap labels(
      Campaign campaign, String image, List<Region> regions, boolean predictions) {
    Path file = pool.file(campaign, image);
    ClassMap classes = campaign.plan().classes();
    Optional<ScoringJobRequest> order = predictions ? model.find(campaign) : Optional.empty();
    if (order.isEmpty()) {
      return LabelMap.unlabelled(ImageReader.probe(file), classes);
    }
    return pool.decoded(
        file,
        BYTES_PER_PIXEL,
        decoded ->
            AnnotatedImage.within(
                regions, model.predicted(campaign, order.get(), decoded), classes));
  }
}
