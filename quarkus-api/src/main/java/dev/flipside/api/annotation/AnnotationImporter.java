package dev.flipside.api.annotation;

import dev.flipside.api.campaign.RegionPathSegment;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.database.StoreException;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.campaign.store.domain.NotInStoreException;
import dev.flipside.api.campaign.store.domain.RegionConflictException;
import dev.flipside.api.campaign.store.domain.RegionState;
import dev.flipside.api.campaign.store.domain.RegionStatus;
import dev.flipside.api.image.PoolPictures;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.annotation.archive.AnnotationFile;
import dev.flipside.scorer.annotation.model.Annotation;
import dev.flipside.scorer.annotation.shape.Painter;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.selection.SelectedRegion;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Stores the labels of an annotation file, region by region. Each region is labeled or refused as a
 * whole; annotations outside the region are ignored.
 */
final class AnnotationImporter implements Annotation.Sink {
  private static final int ENTRIES = 1000;
  private static final int REFUSALS = 1000;

  private final CampaignStore store;
  private final PoolPictures pool;
  private final Campaign campaign;
  private final @Nullable Lease lease;
  private final String annotator;
  private final List<ImportReport.Item> items = new ArrayList<>();
  private final Map<String, Long> unpainted = new TreeMap<>();
  private final List<ImportReport.LeftOut.Entry> entries = new ArrayList<>();
  private long moreEntries;
  private long labelled;
  private long refused;

  /**
   * @param lease exported selection, null for annotations of regions that are free or leased to
   *     this annotator
   */
  AnnotationImporter(
      CampaignStore store,
      PoolPictures pool,
      Campaign campaign,
      @Nullable Lease lease,
      String annotator) {
    this.store = store;
    this.pool = pool;
    this.campaign = campaign;
    this.lease = lease;
    this.annotator = annotator;
  }

  /** Returns the outcome of the annotations so far. */
  ImportReport report() {
    return new ImportReport(
        labelled, refused, new ImportReport.LeftOut(unpainted, entries, moreEntries), items);
  }

  @Override
  public void leftOut(AnnotationFile.LeftOut entry) {
    if (entries.size() < ENTRIES) {
      entries.add(new ImportReport.LeftOut.Entry(entry.name(), entry.reason()));
    } else {
      moreEntries++;
    }
  }

  @Override
  public void leftOut(String kind, long count) {
    unpainted.merge(kind, count, Long::sum);
  }

  /**
   * Stores the labels of one image.
   *
   * @throws StoreException if the store fails; labels stored before are kept
   */
  @Override
  public void accept(Annotation answer) {
    answer.unpainted().forEach((kind, count) -> leftOut(kind, count));
    Annotation.Fault fault = answer.fault();
    if (fault != null) {
      refuse(
          answer.image(),
          fault.unknownImage() ? ProblemType.NOT_FOUND : ProblemType.UNUSABLE,
          fault.message());
      return;
    }
    try {
      ImageSize size = ImageReader.probe(pool.file(campaign, answer.image()));
      if (answer.size() != null && !size.equals(answer.size())) {
        throw new FlipsideException(
            answer.image() + ": answered at " + answer.size() + " px, the image has " + size);
      }
      label(answer, campaign.plan().grid().on(size));
    } catch (StoreException e) {
      throw e;
    } catch (NotInStoreException e) {
      refuse(answer.image(), ProblemType.NOT_FOUND, String.valueOf(e.getMessage()));
    } catch (FlipsideException e) {
      refuse(answer.image(), ProblemType.UNUSABLE, String.valueOf(e.getMessage()));
    } catch (ApiProblem e) {
      refuse(answer.image(), e.type(), e.detail());
    }
  }

  private void label(Annotation answer, RegionGrid grid) {
    LabelMap painted = LabelMap.unlabelled(grid.image(), campaign.plan().classes());
    Painter.paint(answer.shapes(), painted);
    for (RegionId id : meant(answer, grid, painted)) {
      LabelMap label = painted.crop(grid.region(id.row(), id.col()));
      if (blank(label)) {
        refuse(id, ProblemType.UNUSABLE, "nothing is painted in the region; skip it instead", null);
      } else {
        label(id, label);
      }
    }
  }

  /**
   * Returns the regions of an annotation: those it names, those of the selection, or those painted.
   */
  private Set<RegionId> meant(Annotation answer, RegionGrid grid, LabelMap painted) {
    Set<RegionId> meant = new LinkedHashSet<>();
    if (!answer.regions().isEmpty()) {
      for (Region each : answer.regions()) {
        RegionId id = find(answer.image(), each, grid);
        if (id == null) {
          refuse(answer.image(), ProblemType.UNUSABLE, each + " is no region of the grid");
        } else {
          meant.add(id);
        }
      }
    } else if (lease != null) {
      lease.regions().stream()
          .map(SelectedRegion::id)
          .filter(id -> id.image().equals(answer.image()))
          .forEach(meant::add);
    } else {
      for (int index = 0; index < grid.count(); index++) {
        RegionId id = new RegionId(answer.image(), index / grid.cols(), index % grid.cols());
        if (!blank(painted.crop(grid.region(id.row(), id.col())))) {
          meant.add(id);
        }
      }
    }
    return meant;
  }

  /** Returns the region whose edges match a rectangle within one pixel, or null. */
  private static @Nullable RegionId find(String image, Region box, RegionGrid grid) {
    int row = (box.y() + box.height() / 2) / grid.regionHeight();
    int col = (box.x() + box.width() / 2) / grid.regionWidth();
    if (row >= grid.rows() || col >= grid.cols()) {
      return null;
    }
    Region region = grid.region(row, col);
    boolean same = region.isNear(box, 1);
    return same ? new RegionId(image, row, col) : null;
  }

  private boolean blank(LabelMap label) {
    return label.isUnlabelled(campaign.plan().classes());
  }

  private void label(RegionId id, LabelMap label) {
    try {
      if (lease != null) {
        store.label(lease.id(), id, label);
      } else if (!labelWithoutSelection(id, label)) {
        refuse(
            id, ProblemType.CAMPAIGN_CLOSED, "the campaign is closed, nobody has the region", null);
        return;
      }
      labelled++;
      items.add(
          new ImportReport.Item(
              id.image(),
              RegionPathSegment.of(id),
              ImportReport.Outcome.LABELLED,
              null,
              null,
              null));
    } catch (RegionConflictException e) {
      refuse(id, ProblemType.REGION_STATE, String.valueOf(e.getMessage()), e.status().state());
    } catch (StoreException e) {
      throw e;
    } catch (FlipsideException e) {
      refuse(id, ProblemType.UNUSABLE, String.valueOf(e.getMessage()), null);
    }
  }

  /** Returns false if the campaign is closed and the region is not leased to the annotator. */
  private boolean labelWithoutSelection(RegionId id, LabelMap label) {
    RegionStatus status = store.region(campaign.id(), id);
    String held = status.lease();
    if (status.state() == RegionState.LEASED
        && held != null
        && annotator.equals(status.annotator())) {
      store.label(held, id, label);
    } else if (campaign.closed() != null) {
      return false;
    } else {
      store.labels().importLabel(campaign.id(), id, label, annotator);
    }
    return true;
  }

  private void refuse(String image, ProblemType type, String detail) {
    refuse(
        new ImportReport.Item(image, null, ImportReport.Outcome.REFUSED, type.urn(), detail, null));
  }

  private void refuse(RegionId id, ProblemType type, String detail, @Nullable RegionState state) {
    refuse(
        new ImportReport.Item(
            id.image(),
            RegionPathSegment.of(id),
            ImportReport.Outcome.REFUSED,
            type.urn(),
            detail,
            state));
  }

  /** A file can name any number of images and regions; only the first refusals are kept. */
  private void refuse(ImportReport.Item item) {
    if (refused++ < REFUSALS) {
      items.add(item);
    }
  }
}
