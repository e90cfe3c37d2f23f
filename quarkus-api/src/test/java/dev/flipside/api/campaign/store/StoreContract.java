package dev.flipside.api.campaign.store;

import static dev.flipside.api.campaign.store.Fixtures.GRID;
import static dev.flipside.api.campaign.store.Fixtures.HOUR;
import static dev.flipside.api.campaign.store.Fixtures.MODEL;
import static dev.flipside.api.campaign.store.Fixtures.SIZE;
import static dev.flipside.api.campaign.store.Fixtures.ids;
import static dev.flipside.api.campaign.store.Fixtures.label;
import static dev.flipside.api.campaign.store.Fixtures.plan;
import static dev.flipside.api.campaign.store.Fixtures.request;
import static dev.flipside.api.campaign.store.Fixtures.scores;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.api.campaign.store.database.Database;
import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.api.campaign.store.database.TestDatabases;
import dev.flipside.api.campaign.store.domain.AnnotatorFigures;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.CampaignPlan;
import dev.flipside.api.campaign.store.domain.CampaignProgress;
import dev.flipside.api.campaign.store.domain.Job;
import dev.flipside.api.campaign.store.domain.LabelChange;
import dev.flipside.api.campaign.store.domain.LabelEvent;
import dev.flipside.api.campaign.store.domain.LabelledRegion;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.campaign.store.domain.LeaseConflictException;
import dev.flipside.api.campaign.store.domain.LeaseRequest;
import dev.flipside.api.campaign.store.domain.NotInStoreException;
import dev.flipside.api.campaign.store.domain.RegionConflictException;
import dev.flipside.api.campaign.store.domain.RegionState;
import dev.flipside.api.campaign.store.domain.RegionStatus;
import dev.flipside.api.campaign.store.domain.Round;
import dev.flipside.api.campaign.store.domain.ScoringKey;
import dev.flipside.api.campaign.store.pool.ImageQuery;
import dev.flipside.api.campaign.store.pool.ImageState;
import dev.flipside.api.campaign.store.pool.PoolImage;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.scores.ImageFailure;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.SelectedRegion;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a ledger does in every database. */
abstract class StoreContract {
  final ManualClock clock = new ManualClock();
  CampaignStore store;

  /** An address of a database of this test's own, the same at every call. */
  abstract String url();

  @BeforeEach
  void open() {
    store = Stores.open(url(), clock);
  }

  @AfterEach
  void close() {
    if (store != null) {
      store.close();
      store.close();
    }
  }

  private Campaign twoImages(long budget) {
    Campaign campaign = store.create(plan(budget));
    store.registerImages(campaign.id(), List.of("b.png", "a.png"));
    store.putScores(
        campaign.id(), MODEL, List.of(scores("b.png", 1, 5, 3, 3), scores("a.png", 3, 0, 3, -1)));
    return campaign;
  }

  @Test
  void create_find_list_sameCampaign() {
    CampaignPlan plan =
        new CampaignPlan(
            "Straßen",
            Path.of("pool"),
            "list",
            Path.of("list.txt"),
            ClassMap.CITYSCAPES,
            new GridSpec.RegionSize(72, 96),
            1101,
            "bald");

    Campaign campaign = store.create(plan);

    assertThat(campaign.plan()).isEqualTo(plan);
    assertThat(campaign.created()).isEqualTo(clock.instant());
    assertThat(store.find(campaign.id())).contains(campaign);
    assertThat(store.find("none")).isEmpty();
    assertThat(store.list()).containsExactly(campaign);
  }

  @Test
  void registerImages_twice_onlyNewOnesAreAdded() {
    Campaign campaign = store.create(plan(10));

    assertThat(store.registerImages(campaign.id(), List.of("b", "a", "b"))).isEqualTo(2);
    assertThat(store.registerImages(campaign.id(), List.of("a", "c"))).isEqualTo(1);
    assertThat(store.progress(campaign.id()).images()).isEqualTo(3);
  }

  @Test
  void lease_byHand_bestFirstTiesByImageRowColumn() {
    Campaign campaign = twoImages(100);

    Lease lease = store.lease(request(campaign, 5, "ann"));

    assertThat(lease.regions())
        .containsExactly(
            new SelectedRegion(1, new RegionId("b.png", 0, 1), new Region(0, 3, 2, 3), 5),
            new SelectedRegion(2, new RegionId("a.png", 0, 0), new Region(0, 0, 2, 3), 3),
            new SelectedRegion(3, new RegionId("a.png", 1, 0), new Region(2, 0, 2, 3), 3),
            new SelectedRegion(4, new RegionId("b.png", 1, 0), new Region(2, 0, 2, 3), 3),
            new SelectedRegion(5, new RegionId("b.png", 1, 1), new Region(2, 3, 2, 3), 3));
    assertThat(lease.shortfall()).isEqualTo(Lease.Shortfall.NONE);
    assertThat(lease.openRegions()).isEqualTo(5);
    assertThat(lease.expires()).isEqualTo(clock.instant().plus(HOUR));
    assertThat(store.findLease(lease.id())).contains(lease);
    assertThat(store.progress(campaign.id())).isEqualTo(new CampaignProgress(2, 8, 5, 0, 0, 100));
  }

  @Test
  void lease_moreThanThereIs_restAndWhy() {
    Campaign campaign = twoImages(100);
    store.lease(request(campaign, 5, "ann"));

    Lease rest = store.lease(request(campaign, 5, "bob"));
    Lease nothing = store.lease(request(campaign, 5, "bob"));

    assertThat(ids(rest))
        .containsExactly(
            new RegionId("b.png", 0, 0), new RegionId("a.png", 0, 1), new RegionId("a.png", 1, 1));
    assertThat(rest.shortfall()).isEqualTo(Lease.Shortfall.NO_FREE_REGION);
    assertThat(nothing.regions()).isEmpty();
    assertThat(nothing.shortfall()).isEqualTo(Lease.Shortfall.NO_FREE_REGION);
  }

  @Test
  void lease_budgetNearlySpent_onlyWhatItAllows() {
    Campaign campaign = twoImages(3);

    Lease two = store.lease(request(campaign, 2, "ann"));
    Lease one = store.lease(request(campaign, 2, "ann"));
    Lease none = store.lease(request(campaign, 2, "ann"));

    assertThat(two.shortfall()).isEqualTo(Lease.Shortfall.NONE);
    assertThat(one.regions()).hasSize(1);
    assertThat(one.shortfall()).isEqualTo(Lease.Shortfall.BUDGET_SPENT);
    assertThat(none.regions()).isEmpty();
    assertThat(none.shortfall()).isEqualTo(Lease.Shortfall.BUDGET_SPENT);
    store.skip(two.id(), ids(two).get(0));
    assertThat(store.lease(request(campaign, 2, "ann")).regions()).hasSize(1);
  }

  @Test
  void lease_modelWithoutScores_notScored() {
    Campaign campaign = twoImages(10);

    Lease lease = store.lease(new LeaseRequest(campaign.id(), "another", 1, "ann", HOUR, null));

    assertThat(lease.shortfall()).isEqualTo(Lease.Shortfall.NOT_SCORED);
  }

  @Test
  void lease_closedCampaign_nothingButLabelsAreTaken() {
    Campaign campaign = twoImages(10);
    Lease lease = store.lease(request(campaign, 1, "ann"));

    Campaign closed = store.close(campaign.id());
    clock.forward(Duration.ofMinutes(1));

    assertThat(closed.closed()).isNotNull();
    assertThat(store.close(campaign.id())).isEqualTo(closed);
    assertThat(store.lease(request(campaign, 1, "bob")).shortfall())
        .isEqualTo(Lease.Shortfall.CLOSED);
    store.label(lease.id(), ids(lease).get(0), label(lease.regions().get(0).region(), 3));
    assertThat(store.progress(campaign.id()).labelled()).isEqualTo(1);
  }

  @Test
  void lease_sameKeyAgain_sameLease() {
    Campaign campaign = twoImages(100);
    LeaseRequest request = new LeaseRequest(campaign.id(), MODEL, 2, "ann", HOUR, "key-1");

    Lease first = store.lease(request);
    Lease again = store.lease(request);
    Lease other = store.lease(new LeaseRequest(campaign.id(), MODEL, 2, "bob", HOUR, "key-1"));

    assertThat(again).isEqualTo(first);
    assertThat(other.id()).isNotEqualTo(first.id());
    assertThat(store.progress(campaign.id()).leased()).isEqualTo(4);
    assertThatThrownBy(
            () -> store.lease(new LeaseRequest(campaign.id(), MODEL, 3, "ann", HOUR, "key-1")))
        .isInstanceOf(LeaseConflictException.class)
        .hasMessageContaining("key-1")
        .hasMessageContaining("k 2")
        .hasMessageContaining("k 3");
  }

  @Test
  void release_regionsGoBack_andAreTheBestAgain() {
    Campaign campaign = twoImages(100);
    Lease first = store.lease(request(campaign, 3, "ann"));
    Lease second = store.lease(request(campaign, 1, "bob"));
    store.label(first.id(), ids(first).get(1), label(first.regions().get(1).region(), 0));

    assertThat(store.release(first.id())).isEqualTo(2);
    assertThat(store.release(first.id())).isZero();

    assertThat(store.progress(campaign.id())).isEqualTo(new CampaignProgress(2, 8, 1, 1, 0, 100));
    Lease third = store.lease(request(campaign, 3, "cid"));
    assertThat(ids(third))
        .containsExactly(ids(first).get(0), ids(first).get(2), new RegionId("b.png", 1, 1));
    assertThat(ids(second)).containsExactly(new RegionId("b.png", 1, 0));
  }

  @Test
  void expire_overdueLease_regionsGoBackAndLateLabelIsRefused() {
    Campaign campaign = twoImages(100);
    Lease lease = store.lease(request(campaign, 1, "ann"));
    RegionId region = ids(lease).get(0);
    LabelMap label = label(lease.regions().get(0).region(), 1);

    clock.forward(HOUR.minusMillis(1));
    assertThat(store.expire(campaign.id())).isZero();
    clock.forward(Duration.ofMillis(1));

    assertThatThrownBy(() -> store.label(lease.id(), region, label))
        .isInstanceOfSatisfying(
            RegionConflictException.class,
            e -> assertThat(e.status().state()).isEqualTo(RegionState.UNLABELLED))
        .hasMessageContaining("b.png[0,1]")
        .hasMessageContaining("lease it with a selection first");
    assertThat(store.progress(campaign.id()).leased()).isZero();
    assertThat(ids(store.lease(request(campaign, 1, "bob")))).containsExactly(region);
    assertThatThrownBy(() -> store.label(lease.id(), region, label))
        .isInstanceOfSatisfying(
            RegionConflictException.class,
            e -> assertThat(e.status().annotator()).isEqualTo("bob"));
  }

  @Test
  void renew_beforeTheEnd_lastsFromNow() {
    Campaign campaign = twoImages(100);
    Lease lease = store.lease(request(campaign, 1, "ann"));

    clock.forward(Duration.ofMinutes(50));
    Lease renewed = store.renew(lease.id(), HOUR);
    clock.forward(Duration.ofMinutes(50));

    assertThat(renewed.regions()).isEqualTo(lease.regions());
    assertThat(store.expire(campaign.id())).isZero();
    clock.forward(Duration.ofMinutes(10));
    assertThatThrownBy(() -> store.renew(lease.id(), HOUR))
        .isInstanceOf(LeaseConflictException.class);
  }

  @Test
  void label_oncePerRegion_secondIsRefusedWithTheState() {
    Campaign campaign = twoImages(100);
    Lease lease = store.lease(request(campaign, 2, "ann"));
    SelectedRegion first = lease.regions().get(0);

    store.label(lease.id(), first.id(), label(first.region(), 7));

    assertThat(store.region(campaign.id(), first.id()))
        .isEqualTo(new RegionStatus(first.id(), RegionState.LABELLED, lease.id(), "ann"));
    assertThatThrownBy(() -> store.label(lease.id(), first.id(), label(first.region(), 8)))
        .isInstanceOfSatisfying(
            RegionConflictException.class,
            e -> assertThat(e.status().state()).isEqualTo(RegionState.LABELLED));
    assertThatThrownBy(() -> store.skip(lease.id(), first.id()))
        .isInstanceOf(RegionConflictException.class);
    List<LabelledRegion> labelled = new ArrayList<>();
    store.labels().labelledRegions(campaign.id(), labelled::add);
    assertThat(labelled)
        .containsExactly(
            new LabelledRegion(
                first.id(),
                SIZE,
                first.region(),
                label(first.region(), 7),
                "ann",
                clock.instant(),
                1));
    assertThat(store.findLease(lease.id()).orElseThrow().openRegions()).isEqualTo(1);
  }

  @Test
  void label_foreignLease_refused() {
    Campaign campaign = twoImages(100);
    Lease anns = store.lease(request(campaign, 1, "ann"));
    Lease bobs = store.lease(request(campaign, 1, "bob"));

    assertThatThrownBy(
            () -> store.label(bobs.id(), ids(anns).get(0), label(new Region(0, 0, 2, 3), 0)))
        .isInstanceOf(RegionConflictException.class)
        .hasMessage(
            "b.png[0,1]: a label from bob refused: the region is leased to ann by lease "
                + anns.id()
                + "; nothing was changed");
    assertThatThrownBy(
            () -> store.label("none", ids(anns).get(0), label(new Region(0, 0, 2, 3), 0)))
        .isInstanceOf(NotInStoreException.class);
  }

  @Test
  void label_wrongSizeOrClass_refusedAndStillLeased() {
    Campaign campaign = twoImages(100);
    Lease lease = store.lease(request(campaign, 1, "ann"));
    RegionId region = ids(lease).get(0);
    byte[] ids = {0, 1, 11, 10, 12, 0};

    assertThatThrownBy(() -> store.label(lease.id(), region, new LabelMap(SIZE, new byte[24])))
        .isInstanceOf(FlipsideException.class)
        .hasMessage("b.png[0,1]: a label of 4x6 px, expected the region's 2x3");
    assertThatThrownBy(
            () -> store.label(lease.id(), region, new LabelMap(new ImageSize(2, 3), ids)))
        .isInstanceOf(FlipsideException.class)
        .hasMessage(
            "b.png[0,1]: class id 12 at row 1, column 1 of the region, expected 0 to 10 or 11 to"
                + " ignore");
    assertThat(store.region(campaign.id(), region).state()).isEqualTo(RegionState.LEASED);
    assertThat(store.progress(campaign.id()).leased()).isEqualTo(1);
  }

  @Test
  void inRegion_labelThenRefusal_nothingIsKept() {
    Campaign campaign = twoImages(100);
    Lease lease = store.lease(request(campaign, 1, "ann"));
    SelectedRegion first = lease.regions().get(0);

    assertThatThrownBy(
            () ->
                store.inRegion(
                    campaign.id(),
                    first.id(),
                    region -> {
                      region.label(lease.id(), label(first.region(), 1));
                      assertThat(region.status().state()).isEqualTo(RegionState.LABELLED);
                      throw new IllegalArgumentException("no");
                    }))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(store.region(campaign.id(), first.id()).state()).isEqualTo(RegionState.LEASED);
    assertThat(store.progress(campaign.id())).isEqualTo(new CampaignProgress(2, 8, 1, 0, 0, 100));
  }

  @Test
  void inRegion_leasesAndSizes_areThoseOfTheStore() {
    Campaign campaign = twoImages(100);
    Campaign other = twoImages(100);
    Lease lease = store.lease(request(campaign, 1, "ann"));
    SelectedRegion first = lease.regions().get(0);

    store.inRegion(
        campaign.id(),
        first.id(),
        region -> {
          assertThat(region.status().lease()).isEqualTo(lease.id());
          assertThat(region.knowsLease(lease.id())).isTrue();
          assertThat(region.knowsLease("none")).isFalse();
          assertThat(region.isListedBy(lease.id())).isTrue();
          assertThat(region.rectangle()).isEqualTo(first.region());
          assertThat(region.imageSize()).isEqualTo(SIZE);
          return region;
        });
    boolean foreign =
        store.inRegion(other.id(), first.id(), region -> region.knowsLease(lease.id()));
    boolean unknown =
        store.inRegion(
            campaign.id(), new RegionId("c.png", 0, 0), region -> region.isListedBy(lease.id()));

    assertThat(foreign).isFalse();
    assertThat(unknown).isFalse();
  }

  @Test
  void skip_leasedRegion_neverHandedOutAgain() {
    Campaign campaign = twoImages(100);
    Lease lease = store.lease(request(campaign, 1, "ann"));

    store.skip(lease.id(), ids(lease).get(0));

    assertThat(store.progress(campaign.id())).isEqualTo(new CampaignProgress(2, 8, 0, 0, 1, 100));
    assertThat(ids(store.lease(request(campaign, 8, "ann"))))
        .hasSize(7)
        .doesNotContain(ids(lease).get(0));
  }

  @Test
  void importLabel_freeRegion_labelledAndNotHandedOut() {
    Campaign campaign = twoImages(4);
    RegionId best = new RegionId("b.png", 0, 1);
    LabelMap label = label(new Region(0, 3, 2, 3), 4);

    store.labels().importLabel(campaign.id(), best, label, "cvat");

    assertThat(store.region(campaign.id(), best))
        .isEqualTo(new RegionStatus(best, RegionState.LABELLED, null, "cvat"));
    assertThatThrownBy(() -> store.labels().importLabel(campaign.id(), best, label, "cvat"))
        .isInstanceOf(RegionConflictException.class);
    assertThat(ids(store.lease(request(campaign, 9, "ann")))).hasSize(3).doesNotContain(best);
    assertThatThrownBy(
            () ->
                store
                    .labels()
                    .importLabel(campaign.id(), new RegionId("a.png", 1, 1), label, "cvat"))
        .hasMessageContaining("budget of 4");
    assertThatThrownBy(
            () ->
                store
                    .labels()
                    .importLabel(campaign.id(), new RegionId("a.png", 2, 0), label, "cvat"))
        .isInstanceOf(FlipsideException.class);
  }

  @Test
  void putScores_again_newScoresRank() {
    Campaign campaign = twoImages(100);
    assertThat(ids(store.lease(request(campaign, 1, "ann"))))
        .containsExactly(new RegionId("b.png", 0, 1));

    store.putScores(
        campaign.id(), MODEL, List.of(scores("a.png", 0, 9, 0, 0), scores("b.png", 0, 10, 0, 2)));

    assertThat(store.scoredImages(campaign.id(), MODEL)).isEqualTo(2);
    assertThat(store.lease(request(campaign, 3, "ann")).regions())
        .extracting(each -> each.id() + "=" + each.score())
        .containsExactly("a.png[0,1]=9.0", "b.png[1,1]=2.0", "a.png[0,0]=0.0");
  }

  @Test
  void putScores_anotherSizeOrGrid_refused() {
    Campaign campaign = twoImages(100);

    assertThatThrownBy(
            () ->
                store.putScores(
                    campaign.id(),
                    "other",
                    List.of(
                        new RegionScores("a.png", GRID.on(new ImageSize(8, 12)), new float[4]))))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("a.png: scored at 8x12 px in regions of 4x6, expected 4x6 px");
    assertThat(store.scoredImages(campaign.id(), "other")).isZero();
    assertThatThrownBy(
            () -> store.putScores(campaign.id(), MODEL, List.of(scores("c.png", 1, 2, 3, 4))))
        .isInstanceOf(NotInStoreException.class)
        .hasMessageContaining("c.png");
  }

  @Test
  void scoreWriter_wholePool_failuresStayUnscored() {
    Campaign campaign = store.create(plan(100));
    List<String> names = IntStream.range(0, 600).mapToObj(i -> "i" + i).toList();
    store.registerImages(campaign.id(), names);

    try (ScoreWriter writer = store.scoreWriter(campaign.id(), MODEL)) {
      for (String name : names) {
        writer.accept(name.equals("i7") ? new ImageFailure(name, "no") : scores(name, 1, 2, 3, 4));
      }
    }

    List<String> unscored = new ArrayList<>();
    store.unscoredImages(campaign.id(), MODEL, unscored::add);
    assertThat(unscored).containsExactly("i7");
    assertThat(store.scoredImages(campaign.id(), MODEL)).isEqualTo(599);
    assertThat(store.scores(campaign.id(), MODEL, "i8")).contains(scores("i8", 1, 2, 3, 4));
    assertThat(store.scores(campaign.id(), MODEL, "i7")).isEmpty();
    store.forgetScores(campaign.id(), MODEL);
    assertThat(store.scoredImages(campaign.id(), MODEL)).isZero();
    assertThat(store.lease(request(campaign, 1, "ann")).shortfall())
        .isEqualTo(Lease.Shortfall.NOT_SCORED);
  }

  @Test
  void registerImages_betweenLeases_tiesFollowTheNewOrder() {
    Campaign campaign = store.create(plan(100));
    store.registerImages(campaign.id(), List.of("m", "z"));
    store.putScores(
        campaign.id(), MODEL, List.of(scores("m", 1, 1, 1, 1), scores("z", 1, 1, 1, 1)));
    store.lease(request(campaign, 1, "ann"));

    store.registerImages(campaign.id(), List.of("a", "p"));
    store.putScores(
        campaign.id(), MODEL, List.of(scores("p", 1, 1, 1, 1), scores("a", 1, 1, 1, 1)));

    assertThat(store.lease(request(campaign, 13, "ann")).regions())
        .extracting(each -> each.id().toString())
        .startsWith("a[0,0]", "a[0,1]", "a[1,0]", "a[1,1]", "m[0,1]", "m[1,0]", "m[1,1]", "p[0,0]")
        .endsWith("z[0,0]", "z[0,1]");
  }

  @Test
  void reopen_everythingIsStillThere() {
    Campaign campaign = twoImages(100);
    Lease lease = store.lease(request(campaign, 2, "ann"));
    store.label(lease.id(), ids(lease).get(0), label(lease.regions().get(0).region(), 2));
    CampaignProgress progress = store.progress(campaign.id());

    store.close();
    store = Stores.open(url(), clock);

    assertThat(store.list()).containsExactly(campaign);
    assertThat(store.progress(campaign.id())).isEqualTo(progress);
    assertThat(ids(store.lease(request(campaign, 8, "bob"))))
        .hasSize(6)
        .doesNotContainAnyElementsOf(ids(lease));
    store.label(lease.id(), ids(lease).get(1), label(lease.regions().get(1).region(), 2));
    assertThat(store.progress(campaign.id()).labelled()).isEqualTo(2);
  }

  @Test
  void clockPutBack_leasesLastAsLongAsTheyWereMeantTo() {
    Campaign campaign = twoImages(100);
    Lease lease = store.lease(request(campaign, 1, "ann"));

    clock.back(Duration.ofDays(400));
    assertThat(store.expire(campaign.id())).isZero();
    Lease other = store.lease(request(campaign, 1, "bob"));

    assertThat(ids(other)).doesNotContainAnyElementsOf(ids(lease));
    assertThat(store.findLease(lease.id()).orElseThrow().expires())
        .isEqualTo(clock.instant().plus(HOUR));
    store.label(other.id(), ids(other).get(0), label(other.regions().get(0).region(), 2));
    clock.forward(HOUR);
    assertThat(store.expire(campaign.id())).isEqualTo(1);
    assertThat(store.progress(campaign.id())).isEqualTo(new CampaignProgress(2, 8, 0, 1, 0, 100));
  }

  @Test
  void twoLedgers_oneDatabase_oneSeesWhatTheOtherDid() {
    Campaign campaign = twoImages(100);
    Lease mine = store.lease(request(campaign, 2, "ann"));
    try (CampaignStore other = Stores.open(url(), clock)) {
      Lease theirs = other.lease(request(campaign, 2, "bob"));
      assertThat(ids(theirs)).doesNotContainAnyElementsOf(ids(mine));

      store.release(mine.id());

      assertThat(ids(other.lease(request(campaign, 2, "bob")))).isEqualTo(ids(mine));
      other.putScores(campaign.id(), MODEL, List.of(scores("a.png", 0, 0, 0, 99)));
      assertThat(ids(store.lease(request(campaign, 1, "ann"))))
          .containsExactly(new RegionId("a.png", 1, 1));
    }
  }

  @Test
  void open_ledgerOfTheFirstVersion_leasesAndLabelsStay() {
    Campaign campaign = twoImages(100);
    Lease held = store.lease(request(campaign, 3, "ann"));
    SelectedRegion labelled = held.regions().get(0);
    store.label(held.id(), labelled.id(), label(labelled.region(), 7));
    Lease returned = store.lease(request(campaign, 1, "bob"));
    store.release(returned.id());
    store.close();
    try (Database database = TestDatabases.open(url())) {
      database.write(sql -> firstVersion(sql, held, returned));
    }

    store = Stores.open(url(), clock);

    assertThat(store.region(campaign.id(), labelled.id()).state()).isEqualTo(RegionState.LABELLED);
    SelectedRegion open = held.regions().get(1);
    assertThat(store.region(campaign.id(), open.id()))
        .isEqualTo(new RegionStatus(open.id(), RegionState.LEASED, held.id(), "ann"));
    assertThat(ids(store.lease(request(campaign, 1, "cid")))).isEqualTo(ids(returned));
    store.label(held.id(), open.id(), label(open.region(), 2));
    assertThat(store.release(held.id())).isEqualTo(1);
    assertThat(store.progress(campaign.id())).isEqualTo(new CampaignProgress(2, 8, 1, 2, 0, 100));
    assertThat(store.labels().changes(campaign.id(), 0, 100, Function.identity()))
        .extracting(LabelChange::id)
        .containsExactly(labelled.id(), open.id());
    assertThat(store.labels().history(campaign.id(), labelled.id()))
        .extracting(LabelEvent::kind)
        .containsExactly(LabelEvent.Kind.LABELLED);
  }

  /** Turns the tables back into those of the first version, where every leased region had a row. */
  private static int firstVersion(Sql sql, Lease held, Lease returned) throws SQLException {
    for (String each :
        List.of(
            "DELETE FROM flyway_schema_history WHERE version > '1'",
            "DROP TABLE rounds",
            "DROP TABLE label_events",
            "DROP INDEX labels_by_sequence",
            "ALTER TABLE labels DROP COLUMN sequence",
            "ALTER TABLE jobs DROP COLUMN tries",
            "DROP INDEX imported_regions",
            "DROP INDEX leases_by_version",
            "ALTER TABLE leases DROP COLUMN version",
            "CREATE INDEX returned_regions ON regions (campaign, version) WHERE state ="
                + " 'UNLABELLED'")) {
      sql.update(each);
    }
    String row =
        "INSERT INTO regions (campaign, image, region, state, lease, version) SELECT l.campaign,"
            + " i.image, ?, ?, l.id, 3 FROM leases l JOIN images i ON i.campaign = l.campaign AND"
            + " i.name = ? WHERE l.id = ?";
    for (SelectedRegion each : held.regions().subList(1, held.regions().size())) {
      int region = 2 * each.id().row() + each.id().col();
      sql.update(row, region, "LEASED", each.id().image(), held.id());
    }
    RegionId back = ids(returned).get(0);
    return sql.update(row, 2 * back.row() + back.col(), "UNLABELLED", back.image(), returned.id());
  }

  /** The naive version of the candidate heap: sort everything that is free. */
  private static List<RegionId> naive(
      Map<String, RegionScores> scores, Set<RegionId> taken, int k) {
    record Scored(RegionId id, float score) {}
    List<Scored> free = new ArrayList<>();
    for (RegionScores each : scores.values()) {
      for (int i = 0; i < each.scores().length; i++) {
        RegionId id = new RegionId(each.image(), i / each.grid().cols(), i % each.grid().cols());
        if (!taken.contains(id)) {
          free.add(new Scored(id, each.scores()[i]));
        }
      }
    }
    free.sort(
        Comparator.comparing(Scored::score, Comparator.reverseOrder()).thenComparing(Scored::id));
    return free.stream().limit(k).map(Scored::id).toList();
  }

  @Test
  void lease_randomLifeOnTwoNodes_alwaysTheNaiveTopK() {
    for (int seed = 0; seed < 8; seed++) {
      Random random = new Random(seed);
      store.close();
      // A heap of a few regions runs out again and again; one of many follows the other node.
      int most = seed % 2 == 0 ? 30 : 400;
      store = Stores.open(url(), clock, 1 + random.nextInt(most));
      try (CampaignStore second = Stores.open(url(), clock, 1 + random.nextInt(most))) {
        new RandomLife(List.of(store, second), random, seed).live(80);
      }
    }
  }

  /** Takes, gives back, labels, skips, imports and scores at random, each time on any node. */
  private static final class RandomLife {
    private static final GridSpec FINE = new GridSpec.Counts(3, 4);

    private final List<CampaignStore> nodes;
    private final Random random;
    private final Campaign campaign;
    private final Map<String, RegionScores> scores = new HashMap<>();
    private final Set<RegionId> taken = new HashSet<>();
    private final List<Lease> open = new ArrayList<>();
    private final Set<RegionId> labelled = new HashSet<>();
    private final Set<RegionId> skipped = new HashSet<>();

    RandomLife(List<CampaignStore> nodes, Random random, int seed) {
      this.nodes = nodes;
      this.random = random;
      this.campaign = Fixtures.random(nodes.get(0), 25, FINE, seed);
      Fixtures.randomScores(25, FINE, seed).forEach(each -> scores.put(each.image(), each));
    }

    private CampaignStore node() {
      return nodes.get(random.nextInt(nodes.size()));
    }

    void live(int steps) {
      for (int step = 0; step < steps; step++) {
        switch (random.nextInt(10)) {
          case 0, 1, 2, 3 -> take();
          case 4 -> giveBack();
          case 5 -> takeBack();
          case 6 -> settle(step);
          case 7 -> importOne();
          case 8 -> skipOne();
          default -> scoreAnew();
        }
      }
      Set<RegionId> inLedger = new HashSet<>();
      node().labels().labelledRegions(campaign.id(), each -> inLedger.add(each.id()));
      assertThat(inLedger).isEqualTo(labelled);
      assertThat(node().progress(campaign.id()))
          .isEqualTo(
              new CampaignProgress(
                  25,
                  25 * 12,
                  taken.size() - labelled.size() - skipped.size(),
                  labelled.size(),
                  skipped.size(),
                  CampaignPlan.UNLIMITED));
    }

    private void take() {
      int k = 1 + random.nextInt(12);
      Lease lease = node().lease(request(campaign, k, "ann"));
      assertThat(ids(lease)).isEqualTo(naive(scores, taken, k));
      taken.addAll(ids(lease));
      if (!lease.regions().isEmpty()) {
        open.add(lease);
      }
    }

    private void giveBack() {
      if (!open.isEmpty()) {
        Lease lease = open.remove(random.nextInt(open.size()));
        node().release(lease.id());
        taken.removeAll(ids(lease));
        taken.addAll(labelled);
        taken.addAll(skipped);
      }
    }

    private void settle(int step) {
      if (!open.isEmpty()) {
        Lease lease = open.get(random.nextInt(open.size()));
        for (SelectedRegion each : lease.regions()) {
          if (!skipped.contains(each.id()) && labelled.add(each.id())) {
            node().label(lease.id(), each.id(), label(each.region(), step % 11));
          }
        }
      }
    }

    private void importOne() {
      RegionScores image = scores.values().iterator().next();
      int region = random.nextInt(image.grid().count());
      RegionId id = new RegionId(image.image(), region / 4, region % 4);
      LabelMap label = label(image.grid().region(id.row(), id.col()), 3);
      if (taken.add(id)) {
        node().labels().importLabel(campaign.id(), id, label, "cvat");
        labelled.add(id);
      } else {
        assertThatThrownBy(() -> node().labels().importLabel(campaign.id(), id, label, "cvat"))
            .isInstanceOf(RegionConflictException.class);
      }
    }

    /** Reopens a region, or sends its label back. */
    private void takeBack() {
      List<RegionId> settled = Stream.concat(labelled.stream(), skipped.stream()).sorted().toList();
      if (settled.isEmpty()) {
        return;
      }
      RegionId id = settled.get(random.nextInt(settled.size()));
      boolean back = labelled.contains(id) && random.nextBoolean();
      CampaignStore node = node();
      node.inRegion(
          campaign.id(),
          id,
          held -> {
            if (back) {
              held.sendBack("olga", "again");
            } else {
              held.reopen("olga", null);
            }
            return id;
          });
      labelled.remove(id);
      skipped.remove(id);
      // The region left the lease that it was part of.
      open.replaceAll(each -> node.findLease(each.id()).orElseThrow());
      open.removeIf(each -> each.openRegions() == 0);
      if (back) {
        Stream.of("ann", "cvat")
            .flatMap(annotator -> node.openLeases(campaign.id(), annotator).stream())
            .filter(each -> each.model().equals(ScoringKey.SENT_BACK.toString()))
            .filter(each -> ids(each).contains(id))
            .forEach(open::add);
      } else {
        taken.remove(id);
      }
    }

    private void skipOne() {
      if (!open.isEmpty()) {
        Lease lease = open.get(random.nextInt(open.size()));
        RegionId id = ids(lease).get(0);
        if (!labelled.contains(id) && skipped.add(id)) {
          node().skip(lease.id(), id);
        }
      }
    }

    private void scoreAnew() {
      if (random.nextInt(3) == 0) {
        List<RegionScores> anew =
            Fixtures.randomScores(25, FINE, random.nextInt(1000)).subList(0, 3);
        node().putScores(campaign.id(), MODEL, anew);
        anew.forEach(each -> scores.put(each.image(), each));
      }
    }
  }

  @Test
  void jobs_claimAdvanceFinish_oneWorkerEach() {
    JobStore jobs = store.jobs();
    Duration silence = Duration.ofSeconds(30);
    Job first = jobs.create("scoring", "c", "{\"model\":1}");
    clock.forward(Duration.ofMillis(1));
    Job second = jobs.create("scoring", null, "{}");

    assertThat(jobs.claim("w1", silence).orElseThrow().id()).isEqualTo(first.id());
    assertThat(jobs.claim("w2", silence).orElseThrow().id()).isEqualTo(second.id());
    assertThat(jobs.claim("w3", silence)).isEmpty();
    assertThat(jobs.advance(first.id(), "w1", 5, 10, "half")).isTrue();
    assertThat(jobs.advance(first.id(), "w2", 6, 10, "")).isFalse();
    Job done = jobs.finish(first.id(), "w1", Job.State.DONE, "ok");

    assertThat(done)
        .isEqualTo(
            new Job(
                first.id(),
                "scoring",
                "c",
                "{\"model\":1}",
                Job.State.DONE,
                5,
                10,
                "half",
                false,
                "ok",
                first.created()));
    assertThat(jobs.list()).extracting(Job::id).containsExactly(first.id(), second.id());
    assertThat(jobs.finish(first.id(), "w1", Job.State.FAILED, "late")).isEqualTo(done);
  }

  @Test
  void jobs_silentWorker_anotherTakesOver() {
    JobStore jobs = store.jobs();
    Duration silence = Duration.ofSeconds(30);
    Job job = jobs.create("scoring", null, "{}");
    jobs.claim("w1", silence);
    clock.forward(Duration.ofSeconds(29));
    jobs.advance(job.id(), "w1", 3, 9, "");
    clock.forward(Duration.ofSeconds(29));
    assertThat(jobs.claim("w2", silence)).isEmpty();

    clock.forward(Duration.ofSeconds(1));
    Job taken = jobs.claim("w2", silence).orElseThrow();

    assertThat(taken.done()).isEqualTo(3);
    assertThat(jobs.advance(job.id(), "w1", 4, 9, "")).isFalse();
    assertThat(jobs.finish(job.id(), "w1", Job.State.DONE, null).state())
        .isEqualTo(Job.State.RUNNING);
    clock.back(Duration.ofDays(3));
    assertThat(jobs.claim("w3", silence)).isEmpty();
    clock.forward(silence);
    assertThat(jobs.claim("w3", silence)).isPresent();
    jobs.putBack(job.id(), "w3");
    assertThat(jobs.claim("w4", silence)).isPresent();
  }

  @Test
  void jobs_cancel_waitingEndsRunningIsTold() {
    JobStore jobs = store.jobs();
    Duration silence = Duration.ofSeconds(30);
    Job running = jobs.create("scoring", null, "{}");
    jobs.claim("w1", silence);
    Job waiting = jobs.create("scoring", null, "{}");

    assertThat(jobs.cancel(waiting.id()).state()).isEqualTo(Job.State.CANCELLED);
    assertThat(jobs.cancel(running.id()).state()).isEqualTo(Job.State.RUNNING);
    assertThat(jobs.advance(running.id(), "w1", 1, 2, "")).isFalse();
    Job ended = jobs.finish(running.id(), "w1", Job.State.CANCELLED, null);

    assertThat(jobs.cancel(running.id())).isEqualTo(ended);
    assertThat(jobs.claim("w1", silence)).isEmpty();
    assertThatThrownBy(() -> jobs.cancel("none")).isInstanceOf(NotInStoreException.class);
  }

  @Test
  void jobs_cancelledBeforeItsWorkerDied_isNotTakenUpAgain() {
    JobStore jobs = store.jobs();
    Duration silence = Duration.ofSeconds(30);
    Job job = jobs.create("scoring", null, "{}");
    jobs.claim("w1", silence);
    jobs.cancel(job.id());
    clock.forward(silence);

    assertThat(jobs.claim("w2", silence)).isEmpty();
    assertThat(jobs.find(job.id()).orElseThrow().state()).isEqualTo(Job.State.CANCELLED);
  }

  @Test
  void jobs_cancelledBeforeItIsPutBack_isNotTakenUpAgain() {
    JobStore jobs = store.jobs();
    Duration silence = Duration.ofSeconds(30);
    Job job = jobs.create("scoring", null, "{}");
    jobs.claim("w1", silence);
    jobs.cancel(job.id());
    jobs.putBack(job.id(), "w1");

    assertThat(jobs.claim("w2", silence)).isEmpty();
    assertThat(jobs.find(job.id()).orElseThrow().state()).isEqualTo(Job.State.CANCELLED);
  }

  @Test
  void jobs_everyWorkerDies_isGivenUp() {
    JobStore jobs = store.jobs();
    Duration silence = Duration.ofSeconds(30);
    Job job = jobs.create("scoring", null, "{}");
    for (int i = 0; i < 5; i++) {
      jobs.claim("stopped " + i, silence);
      jobs.putBack(job.id(), "stopped " + i);
    }
    for (int i = 0; i < 3; i++) {
      assertThat(jobs.claim("killed " + i, silence)).isPresent();
      clock.forward(silence);
    }

    assertThat(jobs.claim("next", silence)).isEmpty();
    Job failed = jobs.find(job.id()).orElseThrow();
    assertThat(failed.state()).isEqualTo(Job.State.FAILED);
    assertThat(failed.outcome()).contains("its process ended 3 times");
  }

  @Test
  void jobs_submittedByManyAtOnce_oneEachAndNotMoreThanAllowed() throws Exception {
    JobStore jobs = store.jobs();
    ExecutorService many = Executors.newFixedThreadPool(8);
    List<Future<Optional<Job>>> submitted = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String campaign = "c" + i % 6;
      submitted.add(many.submit(() -> jobs.submit("scoring", campaign, "{}", 4)));
    }
    Set<String> ids = new HashSet<>();
    for (Future<Optional<Job>> each : submitted) {
      each.get().ifPresent(job -> ids.add(job.id()));
    }
    many.shutdown();

    assertThat(ids).hasSize(4);
    assertThat(jobs.list()).extracting(Job::campaign).hasSize(4).doesNotHaveDuplicates();
    assertThat(jobs.submit("other", "c0", "{}", 4)).isPresent();
  }

  @Test
  void changes_after_areThoseThatCameInLater() {
    Campaign campaign = twoImages(100);
    LabelStore labels = store.labels();
    Lease lease = store.lease(request(campaign, 4, "ann"));
    List<RegionId> order = new ArrayList<>();
    for (SelectedRegion each : lease.regions()) {
      store.label(lease.id(), each.id(), label(each.region(), order.size()));
      order.add(each.id());
    }

    List<LabelChange> all = labels.changes(campaign.id(), 0, 100, Function.identity());
    assertThat(all).extracting(LabelChange::id).containsExactlyElementsOf(order);
    assertThat(all).extracting(LabelChange::sequence).containsExactly(1L, 2L, 3L, 4L);
    assertThat(all.get(2).label()).isEqualTo(label(lease.regions().get(2).region(), 2));
    assertThat(labels.changes(campaign.id(), 1, 2, Function.identity()))
        .isEqualTo(all.subList(1, 3));
    assertThat(labels.changes(campaign.id(), 4, 100, Function.identity())).isEmpty();
    assertThatThrownBy(() -> labels.changes("none", 0, 1, Function.identity()))
        .isInstanceOf(NotInStoreException.class);
  }

  /** A region that ann has labelled with class 1. */
  private SelectedRegion labelled(Campaign campaign) {
    Lease lease = store.lease(request(campaign, 2, "ann"));
    SelectedRegion first = lease.regions().get(0);
    store.label(lease.id(), first.id(), label(first.region(), 1));
    return first;
  }

  private List<LabelledRegion> exported(Campaign campaign) {
    List<LabelledRegion> labelled = new ArrayList<>();
    store.labels().labelledRegions(campaign.id(), labelled::add);
    return labelled;
  }

  @Test
  void correct_label_replacesItAndKeepsTheOneBefore() {
    Campaign campaign = twoImages(100);
    SelectedRegion region = labelled(campaign);
    LabelMap better = label(region.region(), 2);

    store.inRegion(
        campaign.id(),
        region.id(),
        held -> {
          held.correct(better, "bob");
          return 0;
        });

    LabelStore labels = store.labels();
    assertThat(exported(campaign)).extracting(LabelledRegion::label).containsExactly(better);
    assertThat(labels.find(campaign.id(), region.id()).orElseThrow().annotator()).isEqualTo("bob");
    assertThat(labels.find(campaign.id(), region.id(), 1)).contains(label(region.region(), 1));
    assertThat(labels.find(campaign.id(), region.id(), 2)).contains(better);
    assertThat(labels.find(campaign.id(), region.id(), 3)).isEmpty();
    assertThat(labels.find(campaign.id(), new RegionId("b.png", 0, 0), 1)).isEmpty();
    assertThat(labels.history(campaign.id(), region.id()))
        .containsExactly(
            new LabelEvent(
                1, region.id(), LabelEvent.Kind.LABELLED, "ann", null, null, clock.instant()),
            new LabelEvent(
                2, region.id(), LabelEvent.Kind.CORRECTED, "bob", "ann", null, clock.instant()));
    assertThat(labels.changes(campaign.id(), 0, 10, Function.identity()))
        .containsExactlyElementsOf(labels.changes(campaign.id(), 1, 10, Function.identity()))
        .extracting(LabelChange::label)
        .containsExactly(better);
    assertThat(store.progress(campaign.id()).labelled()).isEqualTo(1);
  }

  @Test
  void correct_wrongSizeOrNoLabel_refusedAndNothingChanged() {
    Campaign campaign = twoImages(100);
    SelectedRegion region = labelled(campaign);
    LabelMap large = label(new Region(0, 0, 4, 6), 2);

    assertThatThrownBy(
            () ->
                store.inRegion(
                    campaign.id(),
                    region.id(),
                    held -> {
                      held.correct(large, "ann");
                      return 0;
                    }))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("expected the region's");
    RegionId free = new RegionId("b.png", 0, 0);
    assertThatThrownBy(
            () ->
                store.inRegion(
                    campaign.id(),
                    free,
                    held -> {
                      held.correct(label(region.region(), 0), "ann");
                      return 0;
                    }))
        .isInstanceOf(RegionConflictException.class)
        .hasMessageContaining("a correction by ann refused");
    assertThat(store.labels().history(campaign.id(), region.id())).hasSize(1);
  }

  private void reopen(Campaign campaign, RegionId region, @Nullable String comment) {
    store.inRegion(
        campaign.id(),
        region,
        held -> {
          held.reopen("olga", comment);
          return 0;
        });
  }

  @Test
  void reopen_labelOfAnOpenLease_regionIsFreeAndTheBestAgain() {
    Campaign campaign = twoImages(100);
    SelectedRegion region = labelled(campaign);

    reopen(campaign, region.id(), "wrong");

    assertThat(store.region(campaign.id(), region.id()).state()).isEqualTo(RegionState.UNLABELLED);
    assertThat(store.progress(campaign.id())).isEqualTo(new CampaignProgress(2, 8, 1, 0, 0, 100));
    assertThat(exported(campaign)).isEmpty();
    assertThat(store.labels().changes(campaign.id(), 0, 10, Function.identity()))
        .as("a reader may have stored the label without noting it")
        .isEqualTo(store.labels().changes(campaign.id(), 1, 10, Function.identity()))
        .containsExactly(
            new LabelChange(2, region.id(), SIZE, region.region(), null, "olga", clock.instant()));
    assertThat(store.labels().find(campaign.id(), region.id(), 1))
        .contains(label(region.region(), 1));
    assertThat(store.labels().history(campaign.id(), region.id()).get(1))
        .isEqualTo(
            new LabelEvent(
                2, region.id(), LabelEvent.Kind.REOPENED, "olga", "ann", "wrong", clock.instant()));
    assertThat(ids(store.lease(request(campaign, 1, "bob")))).containsExactly(region.id());
    assertThatThrownBy(() -> reopen(campaign, region.id(), "again"))
        .isInstanceOf(RegionConflictException.class)
        .hasMessageContaining("leased to bob");
  }

  @Test
  void reopen_skippedRegion_isFreeAgainAndNoLabelIsTakenBack() {
    Campaign campaign = twoImages(100);
    Lease lease = store.lease(request(campaign, 1, "ann"));
    store.skip(lease.id(), ids(lease).get(0));

    reopen(campaign, ids(lease).get(0), null);

    assertThat(store.progress(campaign.id())).isEqualTo(new CampaignProgress(2, 8, 0, 0, 0, 100));
    assertThat(store.labels().changes(campaign.id(), 1, 10, Function.identity())).isEmpty();
    assertThat(store.labels().history(campaign.id(), ids(lease).get(0)))
        .extracting(LabelEvent::kind)
        .containsExactly(LabelEvent.Kind.SKIPPED, LabelEvent.Kind.REOPENED);
    assertThat(ids(store.lease(request(campaign, 1, "bob")))).isEqualTo(ids(lease));
  }

  private Lease sentBack(Campaign campaign, SelectedRegion region) {
    store.inRegion(
        campaign.id(),
        region.id(),
        held -> {
          held.sendBack("olga", "look again");
          return 0;
        });
    return store.openLeases(campaign.id(), "ann").stream()
        .filter(each -> ids(each).equals(List.of(region.id())))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void sendBack_label_isLeasedToItsAnnotatorAloneUntilLabelledAnew() {
    Campaign campaign = twoImages(100);
    SelectedRegion region = labelled(campaign);

    Lease lease = sentBack(campaign, region);

    assertThat(lease.model()).isEqualTo(ScoringKey.SENT_BACK.toString());
    assertThat(store.openLeases(campaign.id(), "bob")).isEmpty();
    assertThat(exported(campaign)).isEmpty();
    assertThat(store.progress(campaign.id())).isEqualTo(new CampaignProgress(2, 8, 2, 0, 0, 100));
    assertThat(ids(store.lease(request(campaign, 8, "bob")))).doesNotContain(region.id());
    assertThat(store.labels().changes(campaign.id(), 1, 10, Function.identity()))
        .extracting(LabelChange::label)
        .containsOnlyNulls();

    LabelMap better = label(region.region(), 2);
    store.label(lease.id(), region.id(), better);

    assertThat(exported(campaign)).extracting(LabelledRegion::label).containsExactly(better);
    assertThat(store.labels().history(campaign.id(), region.id()))
        .extracting(LabelEvent::kind)
        .containsExactly(
            LabelEvent.Kind.LABELLED, LabelEvent.Kind.SENT_BACK, LabelEvent.Kind.LABELLED);
    assertThat(store.labels().changes(campaign.id(), 2, 10, Function.identity()))
        .extracting(LabelChange::label)
        .containsExactly(better);
  }

  @Test
  void sendBack_notLabelledWithinItsTime_regionIsFreeForAll() {
    Campaign campaign = twoImages(100);
    SelectedRegion region = labelled(campaign);
    sentBack(campaign, region);

    clock.forward(Lease.SENT_BACK);

    assertThat(ids(store.lease(request(campaign, 1, "bob")))).containsExactly(region.id());
  }

  @Test
  void figures_twoAnnotators_mostLabelsFirstPausesNotCounted() {
    Campaign campaign = twoImages(100);
    for (String annotator : List.of("bob", "ann", "ann")) {
      Lease lease = store.lease(request(campaign, 1, annotator));
      SelectedRegion only = lease.regions().get(0);
      store.label(lease.id(), only.id(), label(only.region(), 1));
      clock.forward(Duration.ofSeconds(10));
    }
    Lease skipped = store.lease(request(campaign, 1, "ann"));
    store.skip(skipped.id(), ids(skipped).get(0));
    clock.forward(AnnotatorFigures.PAUSE.plusSeconds(1));
    LabelledRegion first = exported(campaign).get(0);
    store.inRegion(
        campaign.id(),
        first.id(),
        held -> {
          held.correct(label(first.region(), 2), "ann");
          return 0;
        });
    reopen(campaign, first.id(), "no");

    List<AnnotatorFigures> figures = store.labels().figures(campaign.id());
    assertThat(figures).extracting(AnnotatorFigures::annotator).containsExactly("ann", "bob");
    assertThat(figures.get(0))
        .isEqualTo(
            new AnnotatorFigures(
                "ann",
                2,
                1,
                1,
                0,
                1,
                Duration.ofSeconds(20),
                clock.instant().minus(AnnotatorFigures.PAUSE).minusSeconds(21),
                clock.instant()));
    assertThat(figures.get(1).labelled()).isEqualTo(1);
    assertThat(figures.get(1).time()).isZero();
  }

  private List<String> pool(Campaign campaign, ImageQuery.Sort sort, ImageState... states) {
    ImageQuery query =
        new ImageQuery(sort, Set.of(states), Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);
    PoolImage.Page page = store.pools().page(campaign.id(), MODEL, query, 0, 100);
    assertThat(page.total()).isEqualTo(page.images().size());
    return page.images().stream()
        .map(each -> each.name() + " " + each.score() + " " + each.state())
        .toList();
  }

  @Test
  void pool_whileLabelling_isByScoreAndStateAsTheyAreNow() {
    Campaign campaign = twoImages(100);
    store.registerImages(campaign.id(), List.of("c.png"));
    assertThat(pool(campaign, ImageQuery.Sort.SCORE))
        .containsExactly("b.png 5.0 FREE", "a.png 3.0 FREE", "c.png null FREE");
    assertThat(pool(campaign, ImageQuery.Sort.NAME)).first().isEqualTo("a.png 3.0 FREE");

    Lease lease = store.lease(request(campaign, 1, "ann"));
    assertThat(pool(campaign, ImageQuery.Sort.STATE, ImageState.LEASED))
        .containsExactly("b.png 5.0 LEASED");
    store.label(lease.id(), ids(lease).get(0), label(lease.regions().get(0).region(), 0));
    assertThat(pool(campaign, ImageQuery.Sort.SCORE, ImageState.LABELLED))
        .containsExactly("b.png 5.0 LABELLED");
    store.putScores(campaign.id(), MODEL, List.of(scores("c.png", 9, 0, 0, 0)));
    assertThat(pool(campaign, ImageQuery.Sort.SCORE)).first().isEqualTo("c.png 9.0 FREE");
    reopen(campaign, ids(lease).get(0), null);
    assertThat(pool(campaign, ImageQuery.Sort.SCORE, ImageState.LABELLED)).isEmpty();

    ImageQuery all =
        new ImageQuery(ImageQuery.Sort.NAME, Set.of(), Float.NEGATIVE_INFINITY, Float.MAX_VALUE);
    PoolImage.Page part = store.pools().page(campaign.id(), MODEL, all, 2, 2);
    assertThat(part.total()).isEqualTo(3);
    assertThat(part.images()).extracting(PoolImage::name).containsExactly("c.png");
    assertThat(store.pools().page(campaign.id(), MODEL, all, 3, 2).images()).isEmpty();
    assertThat(store.pools().regions(campaign.id(), "a.png"))
        .extracting(RegionStatus::state)
        .containsExactly(
            RegionState.UNLABELLED,
            RegionState.UNLABELLED,
            RegionState.UNLABELLED,
            RegionState.UNLABELLED);
  }

  @Test
  void delete_campaignWithEverything_isGoneAndOthersStay() {
    Campaign kept = twoImages(100);
    SelectedRegion keptRegion = labelled(kept);
    Campaign campaign = twoImages(100);
    SelectedRegion region = labelled(campaign);
    reopen(campaign, region.id(), "no");
    labelled(campaign);
    store.training().begin(campaign.id(), "agent", "{}", HOUR);
    Job job = store.jobs().create("scoring", campaign.id(), "{}");

    assertThatThrownBy(() -> store.removal().delete(campaign.id()))
        .isInstanceOf(LeaseConflictException.class)
        .hasMessageContaining("agent agent trains on it (round 1)");
    clock.forward(HOUR);
    assertThatThrownBy(() -> store.removal().delete(campaign.id()))
        .isInstanceOf(LeaseConflictException.class)
        .hasMessageContaining("DELETE /api/jobs/" + job.id());
    assertThat(store.find(campaign.id()).orElseThrow().closed()).isNull();
    store.jobs().cancel(job.id());

    store.removal().delete(campaign.id());

    assertThat(store.list()).extracting(Campaign::id).containsExactly(kept.id());
    assertThat(store.jobs().list()).isEmpty();
    assertThatThrownBy(() -> store.removal().delete(campaign.id()))
        .isInstanceOf(NotInStoreException.class);
    assertThat(store.labels().find(kept.id(), keptRegion.id())).isPresent();
    assertThat(store.scoredImages(kept.id(), MODEL)).isEqualTo(2);
    try (Database database = TestDatabases.open(url())) {
      for (String table :
          List.of("label_events", "labels", "regions", "leases", "rounds", "images", "scorings")) {
        long rows =
            database.read(
                sql ->
                    sql.row(
                            "SELECT COUNT(*) FROM " + table + " WHERE campaign = ?",
                            row -> row.getLong(1),
                            campaign.id())
                        .orElseThrow());
        assertThat(rows).as(table).isZero();
      }
      assertThat(
              database.<Long>read(
                  sql ->
                      sql.row("SELECT COUNT(*) FROM scores", row -> row.getLong(1)).orElseThrow()))
          .isEqualTo(2);
    }
  }

  @Test
  void round_oneAgent_reportsUntilItEnds() {
    Campaign campaign = twoImages(100);
    TrainingStore training = store.training();

    Round begun = training.begin(campaign.id(), "agent-a", "{}", HOUR);

    assertThat(begun)
        .isEqualTo(
            new Round(
                campaign.id(),
                1,
                "agent-a",
                Round.State.RUNNING,
                "{}",
                clock.instant(),
                clock.instant(),
                clock.instant().plus(HOUR)));
    clock.forward(Duration.ofMinutes(50));
    Round running = training.report(campaign.id(), 1, "agent-a", Round.State.RUNNING, "[1]", HOUR);
    assertThat(running.expires()).isEqualTo(clock.instant().plus(HOUR));
    assertThat(running.training()).isEqualTo("[1]");
    training.requireHeld(campaign.id(), 1, "agent-a");
    for (int repeated = 0; repeated < 2; repeated++) {
      assertThat(
              training.report(campaign.id(), 1, "agent-a", Round.State.DONE, "[2]", HOUR).state())
          .isEqualTo(Round.State.DONE);
    }
    assertThatThrownBy(
            () -> training.report(campaign.id(), 1, "agent-a", Round.State.RUNNING, "[3]", HOUR))
        .isInstanceOf(LeaseConflictException.class)
        .hasMessageContaining("has ended");
    assertThatThrownBy(() -> training.requireHeld(campaign.id(), 1, "agent-a"))
        .isInstanceOf(LeaseConflictException.class);
    assertThat(training.begin(campaign.id(), "agent-b", "{}", HOUR).number()).isEqualTo(2);
    assertThat(training.list(campaign.id()))
        .extracting(Round::training)
        .containsExactly("[2]", "{}");
    assertThatThrownBy(() -> training.get(campaign.id(), 3))
        .isInstanceOf(NotInStoreException.class);
  }

  @Test
  void round_twoAgents_oneTrainsAndADeadOneIsTakenOver() {
    Campaign campaign = twoImages(100);
    TrainingStore training = store.training();
    training.begin(campaign.id(), "agent-a", "{}", HOUR);
    training.report(campaign.id(), 1, "agent-a", Round.State.RUNNING, "[1]", HOUR);

    assertThatThrownBy(() -> training.begin(campaign.id(), "agent-b", "{}", HOUR))
        .isInstanceOf(LeaseConflictException.class)
        .hasMessageContaining("agent-a");
    clock.forward(Duration.ofMinutes(59));
    // Restarted, it goes on with what it reported.
    assertThat(training.begin(campaign.id(), "agent-a", "{}", HOUR).training()).isEqualTo("[1]");
    clock.forward(Duration.ofMinutes(61));

    Round taken = training.begin(campaign.id(), "agent-b", "{}", HOUR);
    assertThat(taken.number()).isEqualTo(1);
    assertThat(taken.agent()).isEqualTo("agent-b");
    assertThat(taken.training()).isEqualTo("{}");
    assertThatThrownBy(
            () -> training.report(campaign.id(), 1, "agent-a", Round.State.DONE, "[2]", HOUR))
        .isInstanceOf(LeaseConflictException.class)
        .hasMessageContaining("agent-b has taken it over");
    assertThat(training.list(campaign.id())).containsExactly(taken);
  }
}
