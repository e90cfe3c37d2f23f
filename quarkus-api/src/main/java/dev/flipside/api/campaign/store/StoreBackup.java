package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Database;
import java.nio.file.Path;

/** Copies the campaign store while it is in use. */
public final class StoreBackup {
  private final Database database;

  StoreBackup(Database database) {
    this.database = database;
  }

  /** Returns whether the store is an SQLite file; PostgreSQL has tools of its own. */
  public boolean isPossible() {
    return database.isFile();
  }

  /**
   * Writes a copy of the store as it is at one instant. Other operations go on meanwhile.
   *
   * @param file must not exist
   * @throws dev.flipside.api.campaign.store.database.StoreException if the copy cannot be written
   */
  public void write(Path file) {
    database.copyTo(file);
  }
}
