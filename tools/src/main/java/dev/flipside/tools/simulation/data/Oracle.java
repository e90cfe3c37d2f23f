package dev.flipside.tools.simulation.data;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.selection.Budget;
import dev.flipside.tools.simulation.plan.Labelling;
import dev.flipside.trainer.data.PartiallyLabelledImage;
import dev.flipside.trainer.data.TrainingData;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** The ground truth that plays the annotator: which regions there are, and what they hold. */
public final class Oracle {
  private final SimulationData data;
  private final RegionGrid grid;
  private final Labelling labelling;
  private final Set<RegionId> barred;

  /** Reads all label maps of the pool where void is skipped. */
  public Oracle(SimulationData data, Labelling labelling, ImageSize size) {
    this.data = data;
    this.labelling = labelling;
    this.grid = labelling.grid().on(size);
    this.barred = labelling.skipsVoid() ? mostlyVoid() : Set.of();
  }

  private Set<RegionId> mostlyVoid() {
    Set<RegionId> found = new HashSet<>();
    for (LabelledImage each : data.pool()) {
      LabelMap truth = data.truth(each, grid.image());
      for (RegionId id : regions(each)) {
        if (isMostlyVoid(truth, grid.region(id.row(), id.col()))) {
          found.add(id);
        }
      }
    }
    return found;
  }

  private boolean isMostlyVoid(LabelMap truth, Region region) {
    int width = truth.size().width();
    long voids = 0;
    for (int y = region.y(); y < region.y() + region.height(); y++) {
      for (int x = region.x(); x < region.x() + region.width(); x++) {
        if ((truth.ids()[y * width + x] & 0xFF) == data.classes().ignoreIndex()) {
          voids++;
        }
      }
    }
    return 2 * voids > region.pixels();
  }

  /** The regions of an image. */
  public RegionGrid grid() {
    return grid;
  }

  /** All regions of the pool, labelled or not. */
  public long total() {
    return (long) data.pool().size() * grid.count();
  }

  /** Regions that may be labelled at all. */
  public long available() {
    return total() - barred.size();
  }

  /** Labelled regions and those that are never selected. */
  public Set<RegionId> unavailable(Collection<RegionId> labelled) {
    Set<RegionId> all = new HashSet<>(barred);
    all.addAll(labelled);
    return all;
  }

  /** Every region of the pool. */
  public List<RegionId> all() {
    List<RegionId> all = new ArrayList<>();
    data.pool().forEach(each -> all.addAll(regions(each)));
    return all;
  }

  /** The regions that are labelled at random before the first selection. */
  public List<RegionId> initial(long seed) {
    List<RegionId> free = all();
    free.removeIf(barred::contains);
    Collections.shuffle(free, new Random(seed));
    return free.subList(0, (int) Math.min(initialCount(), free.size()));
  }

  /** How many regions are labelled before the first selection. */
  public long initialCount() {
    return Budget.regions(data.pool().size(), grid.count(), labelling.initial());
  }

  private List<RegionId> regions(LabelledImage image) {
    List<RegionId> regions = new ArrayList<>();
    for (int index = 0; index < grid.count(); index++) {
      regions.add(new RegionId(image.image().id(), index / grid.cols(), index % grid.cols()));
    }
    return regions;
  }

  /** What is known of the pool: every image with a labelled region, and its labels there. */
  public TrainingData visible(LabelledRegions labelled) {
    List<PartiallyLabelledImage> images =
        data.pool().stream()
            .filter(each -> !labelled.of(each.image().id()).isEmpty())
            .map(each -> partly(each, labelled))
            .toList();
    return new TrainingData(images, data.classes());
  }

  /** An image to look at a network with before anything is labelled. */
  public TrainingData sample() {
    return new TrainingData(
        List.of(partly(data.pool().get(0), new LabelledRegions())), data.classes());
  }

  /** Entropy of the class distribution of the labelled pixels, in nats; NaN with none. */
  public double classEntropy(LabelledRegions labelled) {
    ClassDistribution distribution = new ClassDistribution(data.classes());
    for (LabelledImage each : data.pool()) {
      if (!labelled.of(each.image().id()).isEmpty()) {
        distribution.add(reveal(each, labelled));
      }
    }
    return distribution.entropy();
  }

  private PartiallyLabelledImage partly(LabelledImage image, LabelledRegions labelled) {
    return new PartiallyLabelledImage(image.image(), () -> reveal(image, labelled));
  }

  private LabelMap reveal(LabelledImage image, LabelledRegions labelled) {
    return labelled.reveal(
        image.image().id(), data.truth(image, grid.image()), grid, data.classes());
  }
}
