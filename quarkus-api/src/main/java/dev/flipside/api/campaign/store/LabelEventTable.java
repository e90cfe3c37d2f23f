package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.api.campaign.store.domain.AnnotatorFigures;
import dev.flipside.api.campaign.store.domain.LabelEvent;
import dev.flipside.models.domain.RegionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Access to what happened to the labels of one campaign within one transaction. */
final class LabelEventTable {
  private static final String SUM = "SUM(CASE WHEN event IN (%s) THEN 1 ELSE 0 END)";

  private final Sql sql;
  private final String campaign;

  LabelEventTable(Sql sql, String campaign) {
    this.sql = sql;
    this.campaign = campaign;
  }

  /**
   * Adds an event of a locked campaign.
   *
   * @param annotator whose label it was before, null if there was none
   * @param version version of the campaign if the region became selectable, otherwise 0
   * @return number of the event
   */
  long add(
      int image,
      int region,
      LabelEvent.Kind kind,
      String actor,
      @Nullable String annotator,
      @Nullable String comment,
      long version,
      long now)
      throws SQLException {
    return sql.row(
            "INSERT INTO label_events (campaign, sequence, image, region, event, actor, annotator,"
                + " comment, created_at, version) VALUES (?, (SELECT COALESCE(MAX(sequence), 0) + 1"
                + " FROM label_events WHERE campaign = ?), ?, ?, ?, ?, ?, ?, ?, ?) RETURNING"
                + " sequence",
            row -> row.getLong(1),
            campaign,
            campaign,
            image,
            region,
            kind.name(),
            actor,
            annotator,
            comment,
            now,
            version)
        .orElseThrow();
  }

  /** Keeps the label of an event that will no longer be valid. */
  void keepLabel(long sequence) throws SQLException {
    sql.update(
        "UPDATE label_events SET ids = (SELECT b.ids FROM labels b WHERE b.campaign ="
            + " label_events.campaign AND b.sequence = label_events.sequence) WHERE campaign = ?"
            + " AND sequence = ?",
        campaign,
        sequence);
  }

  /** Returns the stored label that an event gave to a region, valid or not. */
  Optional<byte[]> label(int image, int region, long sequence) throws SQLException {
    return sql.row(
            "SELECT COALESCE(b.ids, e.ids) FROM label_events e LEFT JOIN labels b ON b.campaign ="
                + " e.campaign AND b.sequence = e.sequence WHERE e.campaign = ? AND e.sequence = ?"
                + " AND e.image = ? AND e.region = ?",
            row -> Optional.ofNullable(row.getBytes(1)),
            campaign,
            sequence,
            image,
            region)
        .flatMap(each -> each);
  }

  /** Returns what happened to a region, oldest first. */
  List<LabelEvent> of(RegionId id, int image, int region) throws SQLException {
    return sql.rows(
        "SELECT sequence, event, actor, annotator, comment, created_at FROM label_events WHERE"
            + " campaign = ? AND image = ? AND region = ? ORDER BY sequence",
        row -> event(row, id),
        campaign,
        image,
        region);
  }

  private static LabelEvent event(ResultSet row, RegionId id) throws SQLException {
    return new LabelEvent(
        row.getLong("sequence"),
        id,
        LabelEvent.Kind.valueOf(row.getString("event")),
        row.getString("actor"),
        row.getString("annotator"),
        row.getString("comment"),
        Instant.ofEpochMilli(row.getLong("created_at")));
  }

  /** Returns the figures of each annotator, most labels first. */
  List<AnnotatorFigures> figures() throws SQLException {
    record Taken(String annotator, long sentBack, long reopened) {}
    List<Taken> taken =
        sql.rows(
            "SELECT annotator, "
                + SUM.formatted("'SENT_BACK'")
                + ", "
                + SUM.formatted("'REOPENED'")
                + " FROM label_events WHERE campaign = ? AND annotator IS NOT NULL GROUP BY"
                + " annotator",
            row -> new Taken(row.getString(1), row.getLong(2), row.getLong(3)),
            campaign);
    // An operator who only reviews is not an annotator.
    return sql.rows(
        "SELECT actor, "
            + SUM.formatted("'LABELLED', 'IMPORTED'")
            + " AS labelled, "
            + SUM.formatted("'CORRECTED'")
            + ", "
            + SUM.formatted("'SKIPPED'")
            + ", SUM(CASE WHEN elapsed <= ? THEN elapsed ELSE 0 END), MIN(created_at),"
            + " MAX(created_at) FROM (SELECT actor, event, created_at, created_at - LAG(created_at)"
            + " OVER (PARTITION BY actor ORDER BY sequence) AS elapsed FROM label_events WHERE"
            + " campaign = ? AND event NOT IN ('SENT_BACK', 'REOPENED')) AS actions GROUP BY actor"
            + " ORDER BY labelled DESC, actor",
        row -> {
          String actor = row.getString(1);
          Taken back =
              taken.stream()
                  .filter(each -> each.annotator().equals(actor))
                  .findFirst()
                  .orElse(new Taken(actor, 0, 0));
          return new AnnotatorFigures(
              actor,
              row.getLong(2),
              row.getLong(3),
              row.getLong(4),
              back.sentBack(),
              back.reopened(),
              Duration.ofMillis(Math.max(0, row.getLong(5))),
              Instant.ofEpochMilli(row.getLong(6)),
              Instant.ofEpochMilli(row.getLong(7)));
        },
        AnnotatorFigures.PAUSE.toMillis(),
        campaign);
  }
}
