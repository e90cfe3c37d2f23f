package dev.flipside.api.annotation;

import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.LabelledRegion;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.scorer.annotation.export.AnnotatedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Assembles the labeled regions of a campaign into images; all other pixels are unlabeled. */
final class LabelledImages {
  private final ClassMap classes;
  private final AnnotatedImage.Sink sink;
  private final List<Region> regions = new ArrayList<>();
  private String image = "";
  private LabelMap labels;

  private LabelledImages(ClassMap classes, AnnotatedImage.Sink sink) {
    this.classes = classes;
    this.sink = sink;
    this.labels = LabelMap.unlabelled(new ImageSize(1, 1), classes);
  }

  /**
   * Streams every image with a label, in registration order.
   *
   * @throws IOException if the sink fails
   */
  static void stream(CampaignStore store, Campaign campaign, AnnotatedImage.Sink sink)
      throws IOException {
    LabelledImages images = new LabelledImages(campaign.plan().classes(), sink);
    try {
      store.labels().labelledRegions(campaign.id(), images::add);
      images.finish();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void add(LabelledRegion labelled) {
    if (!labelled.id().image().equals(image)) {
      finish();
      image = labelled.id().image();
      labels = LabelMap.unlabelled(labelled.image(), classes);
      regions.clear();
    }
    Region region = labelled.region();
    regions.add(region);
    labels.paste(labelled.label(), region);
  }

  private void finish() {
    if (image.isEmpty()) {
      return;
    }
    try {
      sink.accept(new AnnotatedImage(image, regions, labels));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
