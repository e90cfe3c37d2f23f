package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Database;
import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.api.campaign.store.database.StoreException;
import dev.flipside.api.campaign.store.database.StoreIds;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.CampaignPlan;
import dev.flipside.api.campaign.store.domain.CampaignProgress;
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
 * Stores campaigns: pools, scores, leases, labels and jobs. Uses SQLite (one file, shared by
 * processes on one machine) or PostgreSQL (several nodes).
 *
 * <p>Each call is one transaction, unless documented otherwise. It is atomic and on disk when the
 * call returns, so confirmed changes survive a crash. A region is leased to at most one annotator,
 * across threads, processes and nodes. Thread-safe.
 *
 * <p>Methods throw {@link StoreException} if the database fails or stays locked, and {@link
 * NotInStoreException} if a campaign, image, region or lease does not exist.
 */
public final class CampaignStore implements AutoCloseable {
  /** Regions kept in memory per scoring: 14 to 56 MB. */
  private static final int HEAP_CAPACITY = 1 << 19;

  private static final int IMAGES_A_TRANSACTION = 10_000;

  private final Database database;
  private final Clock clock;
  private final CampaignTransactions transactions;
  private final CandidateHeaps heaps;
  private final StoreIds ids;
  private final PoolStore pools;

  /**
   * Creates a store on a database and takes ownership of it.
   *
   * @param clock determines when leases expire
   */
  CampaignStore(Database database, Clock clock) {
    this(database, clock, HEAP_CAPACITY);
  }

  /**
   * @param heapCapacity regions kept in memory per scoring
   */
  CampaignStore(Database database, Clock clock, int heapCapacity) {
    this.database = database;
    this.clock = clock;
    this.ids = new StoreIds(clock);
    this.transactions = new CampaignTransactions(database, clock);
    this.heaps = new CandidateHeaps(heapCapacity);
    this.pools = new PoolStore(database, transactions);
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

  /** Returns a campaign by id. */
  public Optional<Campaign> find(String campaign) {
    return database.read(sql -> new CampaignTable(sql).find(campaign));
  }

  /** Returns all campaigns, oldest first. */
  public List<Campaign> list() {
    return database.read(sql -> new CampaignTable(sql).list());
  }

  /**
   * Closes a campaign. A closed campaign grants no new leases, but accepts labels for leases that
   * are still open. Idempotent.
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
   * Adds images to the pool; images that are already registered are skipped. Runs in several
   * transactions: after a crash, call it again with the same images.
   *
   * @param images image ids in pool order
   * @return number of new images
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

  /** Streams the ids of all images in registration order. */
  public void images(String campaign, Consumer<String> each) {
    database.read(
        sql -> {
          new ImageTable(sql, entry(sql, campaign)).each(each);
          return campaign;
        });
  }

  /**
   * Adds or replaces the scores of images.
   *
   * @param model key of the scores, for example model digest and acquisition
   * @throws FlipsideException if an image was scored before at another size or with another grid
   */
  public void putScores(String campaign, String model, Collection<RegionScores> scores) {
    database.write(
        sql -> {
          new ScoreTable(sql, new CampaignTable(sql).lock(campaign)).put(model, scores);
          return scores.size();
        });
  }

  /** Opens a writer for the scores of a pool. The caller closes it. */
  public ScoreWriter scoreWriter(String campaign, String model) {
    return new ScoreWriter(this, campaign, model);
  }

  /** Returns the number of images that a model has scored. */
  public long scoredImages(String campaign, String model) {
    return database.read(sql -> new ScoreTable(sql, entry(sql, campaign)).scoredImages(model));
  }

  /** Streams the ids of the images that a model has not scored, in registration order. */
  public void unscoredImages(String campaign, String model, Consumer<String> each) {
    database.read(
        sql -> {
          new ScoreTable(sql, entry(sql, campaign)).eachUnscored(model, each);
          return campaign;
        });
  }

  /** Returns the scores of an image by a model. */
  public Optional<RegionScores> scores(String campaign, String model, String image) {
    return database.read(sql -> new ScoreTable(sql, entry(sql, campaign)).find(model, image));
  }

  /** Streams the scores by a model in registration order. */
  public void allScores(String campaign, String model, Consumer<RegionScores> each) {
    database.read(
        sql -> {
          new ScoreTable(sql, entry(sql, campaign)).each(model, each);
          return campaign;
        });
  }

  /** Deletes the scores of a model. Leases and labels are kept. */
  public void forgetScores(String campaign, String model) {
    database.write(
        sql -> {
          new ScoreTable(sql, new CampaignTable(sql).lock(campaign)).forget(model);
          return campaign;
        });
  }

  /**
   * Leases the best free regions to an annotator, ordered by descending score, then by image id,
   * row and column. If no region is available, the lease is empty; see {@link Lease#shortfall}.
   *
   * @throws LeaseConflictException if the idempotency key was used for another request
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

  /** Returns a lease by id; it may have ended. */
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
   * Extends a lease; it then ends the given time from now.
   *
   * @param duration at least 1 ms
   * @throws LeaseConflictException if the lease has ended
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
   * Ends a lease. Regions without a label that were not skipped become free. Idempotent.
   *
   * @return number of regions that became free
   */
  public int release(String lease) {
    return transactions.inLease(
        lease,
        (sql, held, campaign, now) -> held.openRegions() == 0 ? 0 : new LeaseTable(sql).end(held));
  }

  /**
   * Stores the label of a leased region.
   *
   * @param label class ids of the pixels of the region
   * @throws RegionConflictException if the lease does not hold the region (any more)
   * @throws FlipsideException if the label differs in size from the region or contains an unknown
   *     class id
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
   * Skips a leased region permanently. Skipped regions do not count against the budget.
   *
   * @throws RegionConflictException if the lease does not hold the region (any more)
   */
  public void skip(String lease, RegionId region) {
    transactions.inLease(
        lease,
        (sql, held, campaign, now) -> {
          new RegionTable(sql, campaign).skip(held, region, now);
          return region;
        });
  }

  /**
   * Runs a function on one region in one transaction. The function may run on another thread and
   * more than once; an exception rolls the transaction back.
   */
  public <T> T inRegion(String campaign, RegionId region, Function<RegionTransaction, T> work) {
    return transactions.inCampaign(
        campaign,
        (sql, entry, now) -> {
          try {
            return work.apply(new RegionTransaction(sql, entry, region, now, ids::next));
          } catch (RegionTransaction.StatementFailure e) {
            throw e.failure();
          }
        });
  }

  /** Returns the status of a region. */
  public RegionStatus region(String campaign, RegionId region) {
    transactions.expireIfDue(campaign);
    return database.read(sql -> new RegionTable(sql, entry(sql, campaign)).status(region));
  }

  /**
   * Ends all expired leases. Other methods do this as well before they access regions.
   *
   * @return number of regions that became free
   */
  public int expire(String campaign) {
    return transactions.expire(campaign);
  }

  /** Returns the progress of a campaign. */
  public CampaignProgress progress(String campaign) {
    transactions.expireIfDue(campaign);
    return database.read(sql -> new CampaignTable(sql).entry(campaign).progress());
  }

  /** Returns the open leases of an annotator, oldest first. */
  public List<Lease> openLeases(String campaign, String annotator) {
    transactions.expireIfDue(campaign);
    return database.read(
        sql -> {
          LeaseTable leases = new LeaseTable(sql);
          CampaignTable.Entry entry = entry(sql, campaign);
          List<Lease> open = new ArrayList<>();
          for (LeaseTable.Entry each : leases.open(campaign, annotator)) {
            open.add(leases.describe(each, entry));
          }
          return open;
        });
  }

  /** Returns the images of the pools in the same database. */
  public PoolStore pools() {
    return pools;
  }

  /** Returns the store of labels in the same database. */
  public LabelStore labels() {
    return new LabelStore(database, transactions);
  }

  /** Deletes campaigns of this database. */
  public CampaignRemoval removal() {
    return new CampaignRemoval(database, clock);
  }

  /** Returns what copies this store. */
  public StoreBackup backup() {
    return new StoreBackup(database);
  }

  /** Returns the job store in the same database. */
  public JobStore jobs() {
    return new JobStore(database, clock, ids::next);
  }

  /** Returns the store of training rounds in the same database. */
  public TrainingStore training() {
    return new TrainingStore(database, clock);
  }

  /** Closes the database. Idempotent. */
  @Override
  public void close() {
    database.close();
  }

  private static CampaignTable.Entry entry(Sql sql, String id) throws SQLException {
    return new CampaignTable(sql).entry(id);
  }
}
