package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.CampaignPlan;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.campaign.store.domain.LeaseRequest;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.SelectedRegion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Small campaigns: images of 4x6 px in 2x2 regions of 2x3 px, where nothing else is said. */
final class Fixtures {
  static final ImageSize SIZE = new ImageSize(4, 6);
  static final GridSpec GRID = new GridSpec.Counts(2, 2);
  static final Duration HOUR = Duration.ofHours(1);
  static final String MODEL = "sha256:0123/flip-entropy";

  private Fixtures() {}

  static CampaignPlan plan(long budget) {
    return plan(budget, GRID);
  }

  static CampaignPlan plan(long budget, GridSpec grid) {
    return new CampaignPlan(
        "street", Path.of("pool"), "folder", null, ClassMap.CAMVID, grid, budget, "flip-entropy");
  }

  static RegionScores scores(String image, float... scores) {
    return new RegionScores(image, GRID.on(SIZE), scores);
  }

  /** A campaign of as many images, named so that their order is not that of registration. */
  static Campaign random(CampaignStore store, int images, GridSpec grid, long seed) {
    Campaign campaign = store.create(plan(CampaignPlan.UNLIMITED, grid));
    List<RegionScores> scores = randomScores(images, grid, seed);
    store.registerImages(campaign.id(), scores.stream().map(RegionScores::image).toList());
    store.putScores(campaign.id(), MODEL, scores);
    return campaign;
  }

  /** Scores in steps of a quarter, so that many are equal. */
  static List<RegionScores> randomScores(int images, GridSpec grid, long seed) {
    Random random = new Random(seed);
    ImageSize size = new ImageSize(64, 64);
    RegionGrid regions = grid.on(size);
    List<RegionScores> all = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      float[] scores = new float[regions.count()];
      for (int region = 0; region < scores.length; region++) {
        scores[region] = random.nextInt(20) / 4f - 1;
      }
      all.add(new RegionScores("img-" + Integer.reverse(i) + ".png", regions, scores));
    }
    return all;
  }

  static LeaseRequest request(Campaign campaign, int k, String annotator) {
    return new LeaseRequest(campaign.id(), MODEL, k, annotator, HOUR);
  }

  /** Every pixel of one class. */
  static LabelMap label(Region region, int id) {
    ImageSize size = new ImageSize(region.height(), region.width());
    byte[] ids = new byte[(int) size.pixels()];
    Arrays.fill(ids, (byte) id);
    return new LabelMap(size, ids);
  }

  static List<RegionId> ids(Lease lease) {
    return lease.regions().stream().map(SelectedRegion::id).toList();
  }
}
