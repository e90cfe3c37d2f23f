package dev.flipside.api.campaign.store.database;

import static dev.flipside.api.campaign.store.database.StoreException.Cure.AGAIN;
import static dev.flipside.api.campaign.store.database.StoreException.Cure.HELP;
import static dev.flipside.api.campaign.store.database.StoreException.Cure.PATIENCE;
import static dev.flipside.api.campaign.store.database.StoreException.Cure.SPACE;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Translates error codes of database drivers to error messages with a remedy. */
final class DatabaseFailures {
  /** SQLITE_BUSY, SQLITE_LOCKED. */
  private static final Set<Integer> SQLITE_LOCKED = Set.of(5, 6);

  /** SQLITE_CORRUPT. */
  static final int SQLITE_DAMAGED = 11;

  /** serialization_failure, deadlock_detected. */
  private static final Set<String> POSTGRES_RETRY = Set.of("40001", "40P01");

  private final String name;
  private final boolean sqlite;

  /**
   * @param name name of the database in messages: a file, or a URL without credentials
   */
  DatabaseFailures(String name, boolean sqlite) {
    this.name = name;
    this.sqlite = sqlite;
  }

  /** Returns an exception for the innermost driver error of a failure. */
  StoreException translate(Throwable failure) {
    @Nullable SQLException innermost = null;
    for (@Nullable Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof SQLException sql) {
        innermost = sql;
      }
    }
    if (innermost == null) {
      return because("the ledger failed: " + failure.getMessage(), failure, HELP);
    }
    return sqlite ? ofSqlite(innermost) : ofPostgres(innermost);
  }

  private StoreException ofSqlite(SQLException failure) {
    int code = failure.getErrorCode() & 0xFF;
    if (SQLITE_LOCKED.contains(code)) {
      return because(
          "the ledger is locked: another process has been writing to it for longer than this one"
              + " waits. Nothing was changed; try again, or end the other process",
          failure,
          PATIENCE);
    }
    return switch (code) {
      case 8 ->
          because(
              "the ledger cannot be written: the file, its folder or its file system is read-only."
                  + " Nothing was changed; give write permission to both, or use another file",
              failure,
              HELP);
      case 10 ->
          because(
              "reading or writing the ledger failed: the disk or its file system reports an error."
                  + " Nothing was changed; check the disk, then try again",
              failure,
              HELP);
      case SQLITE_DAMAGED ->
          because(
              "the ledger is damaged. Stop every process that uses it and keep a copy of the file"
                  + " with its -wal; what is readable can be saved with \"sqlite3 FILE .recover\","
                  + " or restore a backup with flipside campaign restore",
              failure,
              HELP);
      case 13 ->
          because(
              "no space is left for the ledger. Nothing was changed; what was confirmed before is"
                  + " safe. Free some space, then try again",
              failure,
              SPACE);
      case 14 ->
          because(
              "the ledger cannot be opened: expected a file that this user may read and write, in a"
                  + " folder that exists",
              failure,
              HELP);
      case 26 ->
          because(
              "not a ledger: expected an SQLite database, found something else. Give another file,"
                  + " or restore a backup of this one",
              failure,
              HELP);
      default -> because("the ledger's database failed: " + failure.getMessage(), failure, HELP);
    };
  }

  private StoreException ofPostgres(SQLException failure) {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    if (POSTGRES_RETRY.contains(state)) {
      return because(
          "another node changed the same campaign at the same instant. Nothing was changed; try"
              + " again",
          failure,
          AGAIN);
    }
    if (state.startsWith("08") || state.startsWith("57P")) {
      return because(
          "the database server cannot be reached or ended the connection. What was confirmed before"
              + " is safe; check the server and the address, then try again",
          failure,
          PATIENCE);
    }
    if (state.startsWith("28")) {
      return because(
          "the database server refused the user or the password; check both in the URL",
          failure,
          HELP);
    }
    return switch (state) {
      case "3D000" ->
          because("the server has no database of that name; create it first", failure, HELP);
      case "25006" ->
          because(
              "the database is read-only, perhaps a standby server. Nothing was changed; connect to"
                  + " the primary",
              failure,
              HELP);
      case "42501" ->
          because(
              "the database user may not do this. Nothing was changed; grant it the right to create"
                  + " and write tables in its schema",
              failure,
              HELP);
      case "53100" ->
          because(
              "no space is left on the database server. Nothing was changed; what was confirmed"
                  + " before is safe. Free some space, then try again",
              failure,
              SPACE);
      case "XX001", "XX002" -> because("the database is damaged; restore a backup", failure, HELP);
      default -> because("the ledger's database failed: " + failure.getMessage(), failure, HELP);
    };
  }

  private StoreException because(String text, @Nullable Throwable cause, StoreException.Cure cure) {
    return new StoreException(name + ": " + text, cause, cure);
  }
}
