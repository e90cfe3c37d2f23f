package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.api.campaign.store.domain.NotInStoreException;
import dev.flipside.api.campaign.store.domain.NotScoredException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Access to the images of one campaign within one transaction. */
final class ImageTable {
  private final Sql sql;
  private final CampaignTable.Entry campaign;

  ImageTable(Sql sql, CampaignTable.Entry campaign) {
    this.sql = sql;
    this.campaign = campaign;
  }

  /**
   * An image of the campaign.
   *
   * @param image number of the image in the store
   * @param name id of the image in the pool
   * @param grid grid of regions, null until the image is scored
   */
  record Entry(int image, String name, @Nullable RegionGrid grid) {}

  /**
   * Adds new images to a locked campaign. Call {@link #rank} afterwards.
   *
   * @return number of images added
   */
  int add(List<String> names) throws SQLException {
    int before = count();
    int next = before;
    for (String name : names) {
      next +=
          sql.update(
              "INSERT INTO images (campaign, image, name, position) VALUES (?, ?, ?, ?)"
                  + " ON CONFLICT (campaign, name) DO NOTHING",
              campaign.id(),
              next,
              name,
              next);
    }
    sql.update("UPDATE campaigns SET images = ? WHERE id = ?", next, campaign.id());
    return next - before;
  }

  /** Sets {@code position} to the rank of each name. Names are compared by their UTF-8 bytes. */
  void rank() throws SQLException {
    sql.update(
        "UPDATE images SET position = ranked.place FROM (SELECT image, ROW_NUMBER() OVER (ORDER BY"
            + " name) - 1 AS place FROM images WHERE campaign = ?) AS ranked WHERE images.campaign ="
            + " ? AND images.image = ranked.image AND images.position <> ranked.place",
        campaign.id(),
        campaign.id());
    sql.update("UPDATE campaigns SET pool_epoch = pool_epoch + 1 WHERE id = ?", campaign.id());
  }

  /** Streams the names in registration order. */
  void each(Consumer<String> each) throws SQLException {
    sql.each(
        "SELECT name FROM images WHERE campaign = ? ORDER BY image",
        row -> each.accept(row.getString(1)),
        campaign.id());
  }

  private int count() throws SQLException {
    return sql.row("SELECT images FROM campaigns WHERE id = ?", r -> r.getInt(1), campaign.id())
        .orElseThrow(() -> CampaignTable.unknown(campaign.id()));
  }

  Entry get(String name) throws SQLException {
    Optional<Entry> found =
        sql.row(
            "SELECT image, name, height, width FROM images WHERE campaign = ? AND name = ?",
            this::entry,
            campaign.id(),
            name);
    return found.orElseThrow(
        () ->
            new NotInStoreException(
                "image \"" + name + "\": not registered in campaign " + campaign.id()));
  }

  /** Returns images by number, in any order. */
  List<Entry> get(List<Integer> images) throws SQLException {
    List<Object> values = new ArrayList<>(images.size() + 1);
    values.add(campaign.id());
    values.addAll(images);
    return sql.rows(
        "SELECT image, name, height, width FROM images WHERE campaign = ? AND image IN ("
            + String.join(", ", Collections.nCopies(images.size(), "?"))
            + ")",
        this::entry,
        values.toArray());
  }

  /**
   * Returns the row-major index of a region in its image.
   *
   * @throws NotInStoreException if the region does not exist or the image is not scored yet
   */
  static int region(Entry image, RegionId id) {
    return grid(image, id).index(id.row(), id.col());
  }

  /**
   * Returns the grid of the image of a region.
   *
   * @throws NotInStoreException if the region does not exist or the image is not scored yet
   */
  static RegionGrid grid(Entry image, RegionId id) {
    RegionGrid grid = image.grid();
    if (grid == null) {
      throw new NotScoredException(
          id
              + ": the image has not been scored, so its regions are not known yet; score the pool"
              + " with POST …/scorings, or see in the job why the image failed");
    }
    if (id.row() >= grid.rows() || id.col() >= grid.cols()) {
      throw new NotInStoreException(
          id + ": the image has " + grid.rows() + "x" + grid.cols() + " regions");
    }
    return grid;
  }

  /** Stores the size of an image when it is first scored. */
  void size(Entry image, ImageSize size) throws SQLException {
    sql.update(
        "UPDATE images SET height = ?, width = ? WHERE campaign = ? AND image = ?",
        size.height(),
        size.width(),
        campaign.id(),
        image.image());
    sql.update(
        "UPDATE campaigns SET regions = regions + ? WHERE id = ?",
        campaign.grid().on(size).count(),
        campaign.id());
  }

  /** Reads an entry from the columns {@code image, name, height, width}. */
  Entry entry(ResultSet row) throws SQLException {
    int height = row.getInt("height");
    int width = row.getInt("width");
    return new Entry(
        row.getInt("image"),
        row.getString("name"),
        height == 0 ? null : campaign.grid().on(new ImageSize(height, width)));
  }
}
