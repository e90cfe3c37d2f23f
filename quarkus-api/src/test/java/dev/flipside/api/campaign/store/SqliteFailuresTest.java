package dev.flipside.api.campaign.store;

import static dev.flipside.api.campaign.store.Fixtures.label;
import static dev.flipside.api.campaign.store.Fixtures.plan;
import static dev.flipside.api.campaign.store.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.api.campaign.store.database.StoreException;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.selection.SelectedRegion;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteFailuresTest {
  @TempDir Path folder;
  private Path file;
  private String url;

  @BeforeEach
  void name() {
    file = folder.resolve("campaigns.db");
    url = "jdbc:sqlite:" + file;
  }

  @Test
  void fullDisk_whileLabelling_clearWordsAndNothingConfirmedIsLost() {
    Campaign campaign;
    try (CampaignStore store = Stores.open(file)) {
      campaign = Fixtures.random(store, 40, new GridSpec.Counts(5, 5), 1);
    }
    long pages = file.toFile().length() / 4096;
    Set<RegionId> confirmed = new HashSet<>();
    // SQLite answers a page too many as it answers a full disk.
    try (CampaignStore store = Stores.open(url + "?max_page_count=" + (pages + 8))) {
      assertThatThrownBy(
              () -> {
                while (true) {
                  Lease lease = store.lease(request(campaign, 5, "ann"));
                  for (SelectedRegion each : lease.regions()) {
                    store.label(lease.id(), each.id(), label(each.region(), 1));
                    confirmed.add(each.id());
                  }
                }
              })
          .isInstanceOf(StoreException.class)
          .hasMessage(
              file
                  + ": no space is left for the ledger. Nothing was changed; what was confirmed"
                  + " before is safe. Free some space, then try again");
      assertThat(store.progress(campaign.id()).labelled()).isEqualTo(confirmed.size());
    }
    try (CampaignStore store = Stores.open(file)) {
      Set<RegionId> inLedger = new HashSet<>();
      store.labels().labelledRegions(campaign.id(), each -> inLedger.add(each.id()));
      assertThat(inLedger).isNotEmpty().isEqualTo(confirmed);
      assertThat(store.lease(request(campaign, 5, "ann")).regions()).hasSize(5);
    }
  }

  @Test
  void readOnlyFile_write_clearWordsAndReadingWorks() {
    Campaign campaign;
    try (CampaignStore store = Stores.open(file)) {
      campaign = store.create(plan(5));
    }
    try (CampaignStore store = Stores.open("jdbc:sqlite:file:" + file + "?mode=ro")) {
      assertThat(store.list()).containsExactly(campaign);
      assertThatThrownBy(() -> store.create(plan(5)))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining(file + ": the ledger cannot be written")
          .hasMessageContaining("read-only");
    }
  }

  @Test
  void lockedFile_write_clearWordsThenWorks() throws SQLException {
    try (CampaignStore store = Stores.open(url + "?busy_timeout=50")) {
      try (Connection other = DriverManager.getConnection(url);
          Statement statement = other.createStatement()) {
        statement.execute("BEGIN IMMEDIATE");
        assertThatThrownBy(() -> store.create(plan(5)))
            .isInstanceOfSatisfying(
                StoreException.class, e -> assertThat(e.worthRetrying()).isTrue())
            .hasMessageStartingWith(file + ": the ledger is locked: another process");
        assertThat(store.list()).isEmpty();
      }
      Campaign campaign = store.create(plan(5));
      assertThat(store.list()).containsExactly(campaign);
    }
  }

  @Test
  void open_notADatabase_clearWords() throws IOException {
    Files.writeString(file, "not a database, but long enough to be looked at ".repeat(100));

    assertThatThrownBy(() -> Stores.open(file))
        .isInstanceOf(StoreException.class)
        .hasMessageStartingWith(file + ": not a ledger: expected an SQLite database");
  }

  @Test
  void open_folderMissing_clearWords() {
    Path missing = folder.resolve("none").resolve("campaigns.db");

    assertThatThrownBy(() -> Stores.open(missing))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(missing.toString())
        .hasMessageEndingWith("in a folder that exists");
  }

  @Test
  void open_otherDatabase_clearWords() {
    assertThatThrownBy(() -> Stores.open("jdbc:mysql://host/name?password=secret"))
        .isInstanceOf(FlipsideException.class)
        .hasMessage(
            "ledger \"jdbc:mysql://host/name\": expected jdbc:sqlite:FILE or"
                + " jdbc:postgresql://HOST/NAME");
    assertThatThrownBy(
            () ->
                Stores.open(
                    "jdbc:postgresql://127.0.0.1:1/name?user=ann&password=secret",
                    Clock.systemUTC()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot be reached")
        .hasMessageContaining("127.0.0.1:1/name")
        .hasMessageNotContaining("secret");
  }

  @Test
  void damagedFile_openOrRead_clearWords() throws IOException {
    Campaign campaign;
    try (CampaignStore store = Stores.open(file)) {
      campaign = Fixtures.random(store, 2000, new GridSpec.Counts(5, 5), 1);
    }
    try (CampaignStore store = Stores.open(file)) {
      try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
        bytes.seek(bytes.length() / 3 / 4096 * 4096);
        bytes.write(new byte[(int) bytes.length() / 2]);
      }
      assertThatThrownBy(() -> store.lease(request(campaign, 5, "ann")))
          .isInstanceOf(StoreException.class)
          .hasMessageStartingWith(file + ": the ledger is damaged")
          .hasMessageContaining("backup");
    }
    assertThatThrownBy(() -> Stores.open(file))
        .isInstanceOf(StoreException.class)
        .hasMessageStartingWith(file + ": the ledger is damaged")
        .hasMessageContaining("flipside campaign restore");
  }
}
