package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.api.campaign.store.domain.LabelledRegion;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.campaign.store.domain.NotInStoreException;
import dev.flipside.api.campaign.store.domain.RegionConflictException;
import dev.flipside.api.campaign.store.domain.RegionStatus;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Access to one region within a transaction that has locked its campaign and ended the expired
 * leases; see {@link CampaignStore#inRegion}. Valid only while the function that received it runs.
 *
 * <p>Methods throw {@link NotInStoreException} if the image or the region does not exist in the
 * campaign.
 */
public final class RegionTransaction {
  private final CampaignTable.Entry campaign;
  private final RegionId region;
  private final long now;
  private final Supplier<String> newId;
  private final LeaseTable leases;
  private final ImageTable images;
  private final RegionTable regions;

  RegionTransaction(
      Sql sql, CampaignTable.Entry campaign, RegionId region, long now, Supplier<String> newId) {
    this.campaign = campaign;
    this.region = region;
    this.now = now;
    this.newId = newId;
    this.leases = new LeaseTable(sql);
    this.images = new ImageTable(sql, campaign);
    this.regions = new RegionTable(sql, campaign);
  }

  /** Returns the status of the region. */
  public RegionStatus status() {
    return run(() -> regions.status(region));
  }

  /** Returns whether a lease belongs to the campaign; it may have ended. */
  public boolean knowsLease(String lease) {
    return run(
        () -> leases.find(lease).filter(each -> each.campaign().equals(campaign.id())).isPresent());
  }

  /** Returns whether a lease was granted for the region; it may have ended. */
  public boolean isListedBy(String lease) {
    return run(
        () -> {
          try {
            ImageTable.Entry image = images.get(region.image());
            return leases
                .get(lease)
                .selection()
                .lists(image.image(), ImageTable.region(image, region));
          } catch (NotInStoreException e) {
            return false;
          }
        });
  }

  /** Returns the pixels of the region in its image. */
  public Region rectangle() {
    return grid().region(region.row(), region.col());
  }

  /** Returns the size of the scored image. */
  public ImageSize imageSize() {
    return grid().image();
  }

  private RegionGrid grid() {
    return run(() -> ImageTable.grid(images.get(region.image()), region));
  }

  /**
   * Stores the label of the region.
   *
   * @param label class ids of the pixels of the region
   * @throws RegionConflictException if the lease does not hold the region (any more)
   * @throws FlipsideException if the label differs in size from the region or contains an unknown
   *     class id
   */
  public void label(String lease, LabelMap label) {
    run(
        () -> {
          regions.label(leases.get(lease), region, label, now);
          return region;
        });
  }

  /**
   * Skips the region permanently. Skipped regions do not count against the budget.
   *
   * @throws RegionConflictException if the lease does not hold the region (any more)
   */
  public void skip(String lease) {
    run(
        () -> {
          regions.skip(leases.get(lease), region, now);
          return region;
        });
  }

  /** Returns the valid label of the region. */
  public Optional<LabelledRegion> label() {
    return run(() -> regions.label(region));
  }

  /**
   * Replaces the label of the region. The label before is kept with its event.
   *
   * @param actor who corrects it, and is its annotator from now on
   * @throws RegionConflictException if the region has no label
   * @throws FlipsideException as {@link #label(String, LabelMap)}
   */
  public void correct(LabelMap label, String actor) {
    run(
        () -> {
          regions.correct(region, label, actor, now);
          return region;
        });
  }

  /**
   * Makes the region free again. A label is kept with its event.
   *
   * @param actor who reopens it
   * @throws RegionConflictException if the region is neither labeled nor skipped
   */
  public void reopen(String actor, @Nullable String comment) {
    run(
        () -> {
          regions.reopen(region, actor, comment, now);
          return region;
        });
  }

  /**
   * Takes back the label of the region, and leases the region to the annotator of the label for
   * {@link Lease#SENT_BACK}.
   *
   * @param actor who sends it back
   * @param comment what is wrong with it
   * @throws RegionConflictException if the region has no label
   */
  public void sendBack(String actor, String comment) {
    run(
        () -> {
          regions.sendBack(region, actor, comment, newId.get(), now);
          return region;
        });
  }

  @FunctionalInterface
  private interface Statements<T> {
    T run() throws SQLException;
  }

  private static <T> T run(Statements<T> statements) {
    try {
      return statements.run();
    } catch (SQLException e) {
      throw new StatementFailure(e);
    }
  }

  /** Passes a SQL failure through code that cannot throw {@link SQLException}. */
  static final class StatementFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final SQLException failure;

    private StatementFailure(SQLException failure) {
      super(failure);
      this.failure = failure;
    }

    SQLException failure() {
      return failure;
    }
  }
}
