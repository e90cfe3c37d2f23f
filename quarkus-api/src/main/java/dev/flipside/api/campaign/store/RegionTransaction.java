package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Sql;
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
  private final LeaseTable leases;
  private final ImageTable images;
  private final RegionTable regions;

  RegionTransaction(Sql sql, CampaignTable.Entry campaign, RegionId region, long now) {
    this.campaign = campaign;
    this.region = region;
    this.now = now;
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
          regions.skip(leases.get(lease), region);
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
