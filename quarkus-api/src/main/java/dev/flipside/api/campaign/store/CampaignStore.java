package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Database;
import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.api.campaign.store.database.StoreException;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.CampaignPlan;
import dev.flipside.api.campaign.store.domain.CampaignProgress;
import dev.flipside.api.campaign.store.domain.LabelledRegion;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.campaign.store.domain.LeaseConflictException;
import dev.flipside.api.campaign.store.domain.LeaseRequest;
import dev.flipside.api.campaign.store.domain.NotInStoreException;
import dev.flipside.api.campaign.store.domain.RegionConflictException;
import dev.flipside.api.campaign.store.domain.RegionStatus;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.scores.RegionScores;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The memory of campaigns: pools, scores, leases, labels and jobs, in SQLite (one file, several
 * processes) or PostgreSQL (several nodes).
 *
 * <p>Every call is one transaction, on disk when it returns: it happened as a whole or not at all,
 * and what was confirmed outlives a crash. A region is in one annotator's hands at most, whichever
 * thread, process or node asks. For use by any number of threads.
 *
 * <p>Calls throw {@link StoreException} if the database fails or is locked for long, {@link
 * NotInStoreException} if a campaign, image, region or lease is not in the ledger.
 */
public final class CampaignStore implements AutoCloseable {
  /** Regions kept in memory for each scoring: 14 to 56 MB. */
  private static final int HEAP_CAPACITY = 1 << 19;

  private static final int IMAGES_A_TRANSACTION = 10_000;

  private final Database database;
  private final Clock clock;
  private final CampaignTransactions transactions;
  private final CandidateHeaps heaps;
  private final StoreIds ids;

  /**
   * Creates a store on a database and takes ownership of it.
   *
   * @param clock decides when leases end
   */
  CampaignStore(Database database, Clock clock) {
    this(database, clock, HEAP_CAPACITY);
  }

  /**
   * @param heapCapacity regions that are kept in memory for each scoring
   */
  CampaignStore(Database database, Clock clock, int heapCapacity) {
    this.database = database;
    this.clock = clock;
    this.ids = new StoreIds(clock);
    this.transactions = new CampaignTransactions(database, clock);
    this.heaps = new CandidateHeaps(heapCapacity);
    database.onUndone(heaps::dropAll);
  }

  /** Creates a campaign with an empty pool. */
  public Campaign create(CampaignPlan plan) {
    Campaign campaign = new Campaign(ids.next(), plan, clock.instant(), null);
    return database.write(
        sql -> {
          CampaignTable table = new CampaignTable(sql);
          table.insert(campaign);
          return table.get(campaign.id());
        });
  }

  /** A campaign by its id. */
  public Optional<Campaign> find(String campaign) {
    return database.read(sql -> new CampaignTable(sql).find(campaign));
  }

  /** All campaigns, the oldest first. */
  public List<Campaign> list() {
    return database.read(sql -> new CampaignTable(sql).list());
  }

  /**
   * Closes a campaign: it hands out nothing any more, while labels for leases that are still open
   * are taken. Closing it again changes nothing.
   */
  public Campaign close(String campaign) {
    return database.write(
        sql -> {
          CampaignTable table = new CampaignTable(sql);
          table.lock(campaign);
          table.close(campaign, clock.instant());
          return table.get(campaign);
        });
  }

  /**
   * Registers the images of the pool, those that are not registered yet. A few transactions: after
   * a crash, register all of them again.
   *
   * @param images their ids, in pool order
   * @return how many were new
   */
  public int registerImages(String campaign, Iterable<String> images) {
    int added = 0;
    List<String> some = new ArrayList<>();
    for (String image : images) {
      some.add(image);
      if (some.size() == IMAGES_A_TRANSACTION) {
        added += addImages(campaign, some);
        some.clear();
      }
    }
    added += addImages(campaign, some);
    database.write(
        sql -> {
          new ImageTable(sql, new CampaignTable(sql).lock(campaign)).rank();
          return campaign;
        });
    return added;
  }

  private int addImages(String campaign, List<String> images) {
    return database.write(
        sql -> new ImageTable(sql, new CampaignTable(sql).lock(campaign)).add(images));
  }

  /** Streams the ids of all images, in the order of registration. */
  public void images(String campaign, Consumer<String> each) {
    database.read(
        sql -> {
          new ImageTable(sql, entry(sql, campaign)).each(each);
          return campaign;
        });
  }

  /**
   * Adds or replaces the scores of some images.
   *
   * @param model names what scored them, for instance the digest of the model and the acquisition
   * @throws FlipsideException if an image is scored at another size or grid than before
   */
  public void putScores(String campaign, String model, Collection<RegionScores> scores) {
    database.write(
        sql -> {
          new ScoreTable(sql, new CampaignTable(sql).lock(campaign)).put(model, scores);
          return scores.size();
        });
  }

  /** Takes the scores of a whole pool, image by image; whoever opens it closes it. */
  public ScoreWriter scoreWriter(String campaign, String model) {
    return new ScoreWriter(this, campaign, model);
  }

  /** How many images a model has scored. */
  public long scoredImages(String campaign, String model) {
    return database.read(sql -> new ScoreTable(sql, entry(sql, campaign)).scoredImages(model));
  }

  /** Streams the ids of the images that a model has not scored, in the order of registration. */
  public void unscoredImages(String campaign, String model, Consumer<String> each) {
    database.read(
        sql -> {
          new ScoreTable(sql, entry(sql, campaign)).eachUnscored(model, each);
          return campaign;
        });
  }

  /** The scores that a model gave an image. */
  public Optional<RegionScores> scores(String campaign, String model, String image) {
    return database.read(sql -> new ScoreTable(sql, entry(sql, campaign)).find(model, image));
  }

  /** Streams the scores that a model gave, in the order of registration. */
  public void allScores(String campaign, String model, Consumer<RegionScores> each) {
    database.read(
        sql -> {
          new ScoreTable(sql, entry(sql, campaign)).each(model, each);
          return campaign;
        });
  }

  /** Forgets the scores of a model that no longer ranks regions. Leases and labels stay. */
  public void forgetScores(String campaign, String model) {
    database.write(
        sql -> {
          new ScoreTable(sql, new CampaignTable(sql).lock(campaign)).forget(model);
          return campaign;
        });
  }

  /**
   * Leases the best free regions to an annotator: score descending, then image id, row and column
   * ascending. Having none to give is an answer, not an error; see {@link Lease#shortfall}.
   *
   * @throws LeaseConflictException if the idempotency key named another request before
   */
  public Lease lease(LeaseRequest request) {
    String id = ids.next();
    for (int attempt = 1; ; ) {
      try {
        return database.writeOnce(
            sql -> new LeaseAllocator(sql, heaps).allocate(request, id, clock.millis()));
      } catch (CandidateHeaps.Missing missing) {
        heaps.build(database, missing);
      } catch (StoreException e) {
        if (!e.lostRace() || attempt++ == Database.ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** A lease by its id, also when it has ended. */
  public Optional<Lease> findLease(String lease) {
    return database.read(
        sql -> {
          LeaseTable leases = new LeaseTable(sql);
          Optional<LeaseTable.Entry> found = leases.find(lease);
          return found.isEmpty()
              ? Optional.<Lease>empty()
              : Optional.of(leases.describe(found.get(), entry(sql, found.get().campaign())));
        });
  }

  /**
   * Lets a lease last for a time from now.
   *
   * @throws LeaseConflictException if it has ended
   */
  public Lease renew(String lease, Duration duration) {
    if (duration.toMillis() < 1) {
      throw new IllegalArgumentException("lease of " + duration + ": expected at least 1 ms");
    }
    return transactions.inLease(
        lease,
        (sql, held, campaign, now) -> {
          LeaseTable leases = new LeaseTable(sql);
          if (held.openRegions() == 0) {
            throw new LeaseConflictException(
                "lease "
                    + lease
                    + ": has ended, none of its regions is held by it any more; take a new one");
          }
          leases.renew(held, now, duration.toMillis());
          return leases.describe(leases.get(lease), campaign);
        });
  }

  /**
   * Gives back what of a lease is neither labelled nor skipped. Doing it again changes nothing.
   *
   * @return how many regions went back
   */
  public int release(String lease) {
    return transactions.inLease(
        lease,
        (sql, held, campaign, now) -> held.openRegions() == 0 ? 0 : new LeaseTable(sql).end(held));
  }

  /**
   * Keeps the label of a region that a lease holds.
   *
   * @param label class ids of the region's pixels
   * @throws RegionConflictException if the lease does not hold the region (any more)
   * @throws FlipsideException if the label has another size than the region, or an id that is no
   *     class
   */
  public void label(String lease, RegionId region, LabelMap label) {
    transactions.inLease(
        lease,
        (sql, held, campaign, now) -> {
          new RegionTable(sql, campaign).label(held, region, label, now);
          return region;
        });
  }

  /**
   * Sets a region that a lease holds aside for good; it takes nothing from the budget.
   *
   * @throws RegionConflictException if the lease does not hold the region (any more)
   */
  public void skip(String lease, RegionId region) {
    transactions.inLease(
        lease,
        (sql, held, campaign, now) -> {
          new RegionTable(sql, campaign).skip(held, region);
          return region;
        });
  }

  /**
   * Keeps a label that was made outside, of a region that nobody has.
   *
   * @throws RegionConflictException if the region is leased, labelled or skipped
   * @throws FlipsideException if the budget is spent, or the label has another size than the region
   *     or an id that is no class
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
   * Runs work on one region in one transaction. The work may be run by another thread, and more
   * than once; what it throws undoes the transaction.
   */
  public <T> T inRegion(String campaign, RegionId region, Function<RegionTransaction, T> work) {
    return transactions.inCampaign(
        campaign,
        (sql, entry, now) -> {
          try {
            return work.apply(new RegionTransaction(sql, entry, region, now));
          } catch (RegionTransaction.StatementFailure e) {
            throw e.failure();
          }
        });
  }

  /** Where a region stands. */
  public RegionStatus region(String campaign, RegionId region) {
    transactions.expireIfDue(campaign);
    return database.read(sql -> new RegionTable(sql, entry(sql, campaign)).status(region));
  }

  /**
   * Takes back what leases held that have run out. Every other call does so as well before it looks
   * at regions.
   *
   * @return how many regions came back
   */
  public int expire(String campaign) {
    return transactions.expire(campaign);
  }

  /** How far a campaign has come. */
  public CampaignProgress progress(String campaign) {
    transactions.expireIfDue(campaign);
    return database.read(sql -> new CampaignTable(sql).entry(campaign).progress());
  }

  /**
   * Streams the labelled regions: images in the order of registration, regions row-major. They are
   * of one moment, whatever is labelled meanwhile.
   */
  public void labelledRegions(String campaign, Consumer<LabelledRegion> each) {
    database.read(
        sql -> {
          new RegionTable(sql, entry(sql, campaign)).eachLabelled(each);
          return campaign;
        });
  }

  /** The long pieces of work that are noted in the same database. */
  public JobStore jobs() {
    return new JobStore(database, clock, ids::next);
  }

  /** Closes the database. May be called again. */
  @Override
  public void close() {
    database.close();
  }

  private static CampaignTable.Entry entry(Sql sql, String id) throws SQLException {
    return new CampaignTable(sql).entry(id);
  }
}
