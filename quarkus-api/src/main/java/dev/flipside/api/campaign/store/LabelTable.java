package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.codec.LabelCodec;
import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.api.campaign.store.domain.LabelChange;
import dev.flipside.api.campaign.store.domain.LabelEvent;
import dev.flipside.api.campaign.store.domain.LabelledRegion;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The valid labels of one campaign within one transaction. Each change of a label is recorded with
 * its event, which keeps the label that was valid before.
 */
final class LabelTable {
  private static final String LABELS =
      "SELECT i.image, i.name, i.height, i.width, b.region, b.ids, b.annotator, b.created_at,"
          + " b.sequence FROM labels b JOIN images i ON i.campaign = b.campaign AND i.image ="
          + " b.image WHERE b.campaign = ?";

  private final Sql sql;
  private final CampaignTable.Entry campaign;
  private final ImageTable images;
  private final LabelEventTable events;

  LabelTable(Sql sql, CampaignTable.Entry campaign) {
    this.sql = sql;
    this.campaign = campaign;
    this.images = new ImageTable(sql, campaign);
    this.events = new LabelEventTable(sql, campaign.id());
  }

  /** Adds the label of a region that has none, in a locked campaign. */
  void add(
      ImageTable.Entry image,
      int region,
      LabelMap label,
      LabelEvent.Kind kind,
      String annotator,
      long now)
      throws SQLException {
    long sequence = events.add(image.image(), region, kind, annotator, null, null, 0, now);
    sql.update(
        "INSERT INTO labels (campaign, image, region, ids, annotator, created_at, sequence) VALUES"
            + " (?, ?, ?, ?, ?, ?, ?)",
        campaign.id(),
        image.image(),
        region,
        LabelCodec.deflate(label),
        annotator,
        now,
        sequence);
  }

  /** Replaces a label, in a locked campaign. */
  void replace(
      ImageTable.Entry image,
      int region,
      LabelledRegion before,
      LabelMap label,
      String annotator,
      long now)
      throws SQLException {
    events.keepLabel(before.sequence());
    long sequence =
        events.add(
            image.image(),
            region,
            LabelEvent.Kind.CORRECTED,
            annotator,
            before.annotator(),
            null,
            0,
            now);
    sql.update(
        "UPDATE labels SET ids = ?, annotator = ?, created_at = ?, sequence = ? WHERE campaign = ?"
            + " AND image = ? AND region = ?",
        LabelCodec.deflate(label),
        annotator,
        now,
        sequence,
        campaign.id(),
        image.image(),
        region);
  }

  /** Removes a label, which its event keeps, in a locked campaign. */
  void remove(ImageTable.Entry image, int region, LabelledRegion before) throws SQLException {
    events.keepLabel(before.sequence());
    sql.update(
        "DELETE FROM labels WHERE campaign = ? AND image = ? AND region = ?",
        campaign.id(),
        image.image(),
        region);
  }

  /** Returns the valid label of a region. */
  Optional<LabelledRegion> find(ImageTable.Entry image, int region) throws SQLException {
    return sql.row(
        LABELS + " AND b.image = ? AND b.region = ?",
        this::labelled,
        campaign.id(),
        image.image(),
        region);
  }

  /** Returns the label that an event gave to a region. */
  Optional<LabelMap> find(RegionId id, long sequence) throws SQLException {
    ImageTable.Entry image = images.get(id.image());
    int region = ImageTable.region(image, id);
    Region pixels = ImageTable.grid(image, id).region(id.row(), id.col());
    return events
        .label(image.image(), region, sequence)
        .map(bytes -> LabelCodec.inflate(bytes, size(pixels), id.toString()));
  }

  /**
   * Checks that a label can be that of a region.
   *
   * @throws FlipsideException if it differs in size from the region or contains an unknown class id
   */
  void requireFits(RegionId id, ImageTable.Entry image, LabelMap label) throws SQLException {
    ImageSize expected = size(grid(image).region(id.row(), id.col()));
    if (!label.size().equals(expected)) {
      throw new FlipsideException(
          id + ": a label of " + label.size() + " px, expected the region's " + expected);
    }
    ClassMap classes = new CampaignTable(sql).get(campaign.id()).plan().classes();
    for (int pixel = 0; pixel < label.ids().length; pixel++) {
      int found = label.ids()[pixel] & 0xFF;
      if (found >= classes.count() && found != classes.ignoreIndex()) {
        throw new FlipsideException(
            id
                + ": class id "
                + found
                + " at row "
                + pixel / expected.width()
                + ", column "
                + pixel % expected.width()
                + " of the region, expected 0 to "
                + (classes.count() - 1)
                + " or "
                + classes.ignoreIndex()
                + " to ignore");
      }
    }
  }

  /** Streams the labels: images in registration order, regions in row-major order. */
  void each(Consumer<LabelledRegion> each) throws SQLException {
    sql.each(
        LABELS + " ORDER BY b.image, b.region", row -> each.accept(labelled(row)), campaign.id());
  }

  /**
   * Returns what is made of the last change of each region after an event, in the order of the
   * changes. A label that was taken back is listed even if it came in after the event: a reader may
   * have stored it without noting how far it had read. Only one label is inflated at a time.
   */
  <T> List<T> changesAfter(long sequence, int most, Function<LabelChange, T> make)
      throws SQLException {
    return sql.rows(
        "SELECT i.image, i.name, i.height, i.width, e.region, b.ids, e.actor, e.created_at,"
            + " e.sequence FROM label_events e JOIN images i ON i.campaign = e.campaign AND i.image"
            + " = e.image LEFT JOIN labels b ON b.campaign = e.campaign AND b.sequence ="
            + " e.sequence WHERE e.campaign = ? AND e.sequence > ? AND NOT EXISTS (SELECT 1 FROM"
            + " label_events n WHERE n.campaign = e.campaign AND n.image = e.image AND n.region ="
            + " e.region AND n.sequence > e.sequence) AND (b.sequence IS NOT NULL OR EXISTS (SELECT"
            + " 1 FROM label_events p WHERE p.campaign = e.campaign AND p.image = e.image AND"
            + " p.region = e.region AND p.sequence < e.sequence AND p.event IN ('LABELLED',"
            + " 'IMPORTED', 'CORRECTED'))) ORDER BY e.sequence LIMIT ?",
        row -> make.apply(change(row)),
        campaign.id(),
        sequence,
        most);
  }

  private LabelChange change(ResultSet row) throws SQLException {
    ImageTable.Entry image = images.entry(row);
    RegionId id = id(image, row.getInt("region"));
    Region region = grid(image).region(id.row(), id.col());
    byte @Nullable [] ids = row.getBytes("ids");
    return new LabelChange(
        row.getLong("sequence"),
        id,
        grid(image).image(),
        region,
        ids == null ? null : LabelCodec.inflate(ids, size(region), id.toString()),
        row.getString("actor"),
        Instant.ofEpochMilli(row.getLong("created_at")));
  }

  private LabelledRegion labelled(ResultSet row) throws SQLException {
    ImageTable.Entry image = images.entry(row);
    RegionId id = id(image, row.getInt("region"));
    Region region = grid(image).region(id.row(), id.col());
    return new LabelledRegion(
        id,
        grid(image).image(),
        region,
        LabelCodec.inflate(row.getBytes("ids"), size(region), id.toString()),
        row.getString("annotator"),
        Instant.ofEpochMilli(row.getLong("created_at")),
        row.getLong("sequence"));
  }

  private static RegionId id(ImageTable.Entry image, int region) {
    int cols = grid(image).cols();
    return new RegionId(image.name(), region / cols, region % cols);
  }

  private static ImageSize size(Region region) {
    return new ImageSize(region.height(), region.width());
  }

  private static RegionGrid grid(ImageTable.Entry image) {
    RegionGrid grid = image.grid();
    if (grid == null) {
      throw new IllegalStateException(image.name() + " has labels but no size");
    }
    return grid;
  }
}
