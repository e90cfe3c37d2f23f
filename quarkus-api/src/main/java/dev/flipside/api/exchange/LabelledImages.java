package dev.flipside.api.exchange;

import dev.flipside.models.vocab.ClassMap;
import dev.flipside.models.vocab.ImageSize;
import dev.flipside.models.vocab.LabelMap;
import dev.flipside.models.vocab.Region;
import dev.flipside.scorer.campaign.Campaign;
import dev.flipside.scorer.campaign.CampaignLedger;
import dev.flipside.scorer.campaign.LabelledRegion;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Puts the labelled regions of a campaign together, image by image; all else is unlabelled. */
final class LabelledImages {
  /** Takes one image. */
  @FunctionalInterface
  interface Sink {
    void accept(String image, LabelMap labels) throws IOException;
  }

  private final ClassMap classes;
  private final Sink sink;
  private String image = "";
  private LabelMap labels;

  private LabelledImages(ClassMap classes, Sink sink, LabelMap none) {
    this.classes = classes;
    this.sink = sink;
    this.labels = none;
  }

  /**
   * Streams every image that has a label, in the order of the pool.
   *
   * @throws IOException if the sink does
   */
  static void stream(CampaignLedger ledger, Campaign campaign, Sink sink) throws IOException {
    ClassMap classes = campaign.plan().classes();
    LabelledImages images =
        new LabelledImages(classes, sink, LabelMap.unlabelled(new ImageSize(1, 1), classes));
    try {
      ledger.labelledRegions(campaign.id(), images::add);
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
    }
    Region region = labelled.region();
    for (int row = 0; row < region.height(); row++) {
      System.arraycopy(
          labelled.label().ids(),
          row * region.width(),
          labels.ids(),
          (region.y() + row) * labels.size().width() + region.x(),
          region.width());
    }
  }

  private void finish() {
    if (image.isEmpty()) {
      return;
    }
    try {
      sink.accept(image, labels);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
