package dev.flipside.api.campaign.store.database;

import dev.flipside.models.domain.FlipsideException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The JDBC URL of the database that holds the campaign store.
 *
 * @param jdbc {@code jdbc:sqlite:FILE} or {@code jdbc:postgresql://HOST/NAME?user=…&password=…}
 */
public record StoreUrl(String jdbc) {
  private static final String SQLITE = "jdbc:sqlite:";
  private static final String POSTGRESQL = "jdbc:postgresql:";

  /**
   * @throws FlipsideException if the URL is not of a supported database
   */
  public StoreUrl {
    if (!isSupported(jdbc)) {
      throw new FlipsideException(
          "ledger \""
              + withoutParameters(jdbc)
              + "\": expected jdbc:sqlite:FILE or jdbc:postgresql://HOST/NAME");
    }
  }

  /** Returns the URL of an SQLite file. */
  public static StoreUrl ofFile(Path file) {
    return new StoreUrl(SQLITE + file);
  }

  /** Returns whether a URL is of a supported database. */
  static boolean isSupported(String jdbc) {
    return jdbc.startsWith(SQLITE) || jdbc.startsWith(POSTGRESQL);
  }

  /** Returns whether the database is SQLite; otherwise it is PostgreSQL. */
  public boolean isSqlite() {
    return jdbc.startsWith(SQLITE);
  }

  /** Returns the base name of the Quarkus data sources: {@code sqlite} or {@code postgresql}. */
  public String dataSource() {
    return isSqlite() ? "sqlite" : "postgresql";
  }

  /** Returns the name in messages: a file, or a URL without credentials. */
  String displayName() {
    String name = withoutParameters(jdbc);
    return isSqlite() ? name.substring(SQLITE.length()) : name;
  }

  /** Returns the URL parameters; the last value if a name is repeated. */
  Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    int start = jdbc.indexOf('?');
    if (start >= 0) {
      for (String parameter : jdbc.substring(start + 1).split("&", -1)) {
        int equals = parameter.indexOf('=');
        if (equals > 0) {
          parameters.put(parameter.substring(0, equals), parameter.substring(equals + 1));
        }
      }
    }
    return parameters;
  }

  private static String withoutParameters(String url) {
    int parameters = url.indexOf('?');
    return parameters < 0 ? url : url.substring(0, parameters);
  }
}
