package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Database;
import dev.flipside.api.campaign.store.domain.AnnotatorFigures;
import dev.flipside.api.campaign.store.domain.LabelChange;
import dev.flipside.api.campaign.store.domain.LabelEvent;
import dev.flipside.api.campaign.store.domain.LabelledRegion;
import dev.flipside.api.campaign.store.domain.NotInStoreException;
import dev.flipside.api.campaign.store.domain.RegionConflictException;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.RegionId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The labels of campaigns and their history. Labels of leased regions, and changes of labels, go
 * through {@link CampaignStore#inRegion}.
 *
 * <p>Methods throw {@link NotInStoreException} if a campaign, image or region does not exist.
 */
public final class LabelStore {
  private final Database database;
  private final CampaignTransactions transactions;

  LabelStore(Database database, CampaignTransactions transactions) {
    this.database = database;
    this.transactions = transactions;
  }

  /**
   * Stores a label made elsewhere, for a region that is not leased.
   *
   * @throws RegionConflictException if the region is leased, labeled or skipped
   * @throws FlipsideException if the budget is spent, or the label differs in size from the region
   *     or contains an unknown class id
   */
  public void importLabel(String campaign, RegionId region, LabelMap label, String annotator) {
    transactions.inCampaign(
        campaign,
        (sql, entry, now) -> {
          if (entry.progress().remainingBudget() == 0) {
            throw new FlipsideException(
                region
                    + ": the budget of "
                    + entry.progress().budget()
                    + " regions is spent or leased; nothing was changed");
          }
          new RegionTable(sql, entry).importLabel(region, label, annotator, now);
          return region;
        });
  }

  /**
   * Streams the labeled regions of one consistent snapshot: images in registration order, regions
   * in row-major order.
   */
  public void labelledRegions(String campaign, Consumer<LabelledRegion> each) {
    database.read(
        sql -> {
          new LabelTable(sql, new CampaignTable(sql).entry(campaign)).each(each);
          return campaign;
        });
  }

  /** Returns the valid label of a region. */
  public Optional<LabelledRegion> find(String campaign, RegionId region) {
    return database.read(
        sql -> new RegionTable(sql, new CampaignTable(sql).entry(campaign)).label(region));
  }

  /**
   * Returns the label that an event gave to a region; it may have been replaced or taken back.
   *
   * @param sequence number of the event
   */
  public Optional<LabelMap> find(String campaign, RegionId region, long sequence) {
    return database.read(
        sql -> new LabelTable(sql, new CampaignTable(sql).entry(campaign)).find(region, sequence));
  }

  /** Returns what happened to a region, oldest first. */
  public List<LabelEvent> history(String campaign, RegionId region) {
    return database.read(
        sql -> {
          ImageTable.Entry image =
              new ImageTable(sql, new CampaignTable(sql).entry(campaign)).get(region.image());
          return new LabelEventTable(sql, campaign)
              .of(region, image.image(), ImageTable.region(image, region));
        });
  }

  /**
   * Returns what is made of the last change of each region, in the order of the changes. As the
   * labels of many regions can take gigabytes, only one is in memory at a time; what is made of it
   * should be small.
   *
   * @param after number of the last event that is known already, 0 for none
   * @param most maximum number of changes
   * @param make what is made of a change
   */
  public <T> List<T> changes(String campaign, long after, int most, Function<LabelChange, T> make) {
    return database.read(
        sql ->
            new LabelTable(sql, new CampaignTable(sql).entry(campaign))
                .changesAfter(after, most, make));
  }

  /** Returns the figures of each annotator, most labels first. */
  public List<AnnotatorFigures> figures(String campaign) {
    return database.read(sql -> new LabelEventTable(sql, campaign).figures());
  }
}
