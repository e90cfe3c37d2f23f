package dev.flipside.api.campaign.store.database;

import dev.flipside.api.config.DataFolder;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * Derives the data source settings from {@code flipside.ledger.url} and {@code flipside.data-dir}.
 * Their priority is below application.properties, which can override them.
 */
public final class StoreConfigSourceFactory implements ConfigSourceFactory {
  /** Below the ordinal of Quarkus' application.properties, which is 250. */
  private static final int ORDINAL = 200;

  @Override
  public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
    return List.of(new PropertiesConfigSource(settings(context), "flipside.ledger", ORDINAL));
  }

  /**
   * An unsupported URL is reported when the store is opened; here it deactivates all data sources.
   */
  private static Map<String, String> settings(ConfigSourceContext context) {
    @Nullable String url = value(context, "flipside.ledger.url");
    if (url == null) {
      return DataSourceSettings.of(
          StoreUrl.ofFile(DataFolder.ledgerIn(value(context, "flipside.data-dir"))));
    }
    return StoreUrl.isSupported(url)
        ? DataSourceSettings.of(new StoreUrl(url))
        : DataSourceSettings.inactive();
  }

  private static @Nullable String value(ConfigSourceContext context, String name) {
    @Nullable ConfigValue value = context.getValue(name);
    return value == null || value.getValue() == null || value.getValue().isEmpty()
        ? null
        : value.getValue();
  }
}
