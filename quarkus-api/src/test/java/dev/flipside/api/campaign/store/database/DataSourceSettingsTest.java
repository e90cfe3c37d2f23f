package dev.flipside.api.campaign.store.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DataSourceSettingsTest {
  private static final String SQLITE = "quarkus.datasource.sqlite";
  private static final String POSTGRESQL = "quarkus.datasource.postgresql";

  @Test
  void of_sqlite_activeWithOneWriter() {
    Map<String, String> settings = DataSourceSettings.of(new StoreUrl("jdbc:sqlite:/a/b.db"));

    assertThat(settings)
        .containsEntry(SQLITE + ".active", "true")
        .containsEntry(SQLITE + "-writer.active", "true")
        .containsEntry(SQLITE + "-readers.active", "true")
        .containsEntry(SQLITE + "-writer.jdbc.url", "jdbc:sqlite:/a/b.db")
        .containsEntry(SQLITE + "-writer.jdbc.max-size", "1")
        .containsEntry(
            SQLITE + "-writer.jdbc.additional-jdbc-properties.transaction_mode", "IMMEDIATE")
        .containsEntry(POSTGRESQL + ".active", "false")
        .containsEntry(POSTGRESQL + "-writer.active", "false")
        .containsEntry(POSTGRESQL + "-readers.active", "false")
        .doesNotContainKey(POSTGRESQL + ".jdbc.url");
  }

  @Test
  void of_sqliteWithParameter_parameterBeatsTheDefault() {
    Map<String, String> settings =
        DataSourceSettings.of(new StoreUrl("jdbc:sqlite:b.db?busy_timeout=50&mode=ro"));

    assertThat(settings)
        .containsEntry(SQLITE + "-writer.jdbc.additional-jdbc-properties.busy_timeout", "50")
        .containsEntry(SQLITE + "-writer.jdbc.additional-jdbc-properties.synchronous", "FULL")
        .doesNotContainKey(SQLITE + "-writer.jdbc.additional-jdbc-properties.mode");
  }

  @Test
  void of_postgresql_readersCannotWrite() {
    Map<String, String> settings =
        DataSourceSettings.of(new StoreUrl("jdbc:postgresql://host/name?user=ann"));

    assertThat(settings)
        .containsEntry(POSTGRESQL + "-readers.active", "true")
        .containsEntry(POSTGRESQL + "-readers.jdbc.additional-jdbc-properties.readOnly", "true")
        .containsEntry(SQLITE + "-readers.active", "false");
  }
}
