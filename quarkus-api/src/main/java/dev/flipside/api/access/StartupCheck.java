package dev.flipside.api.access;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Stops the startup if the service would be open to the network without API keys. */
@Singleton
final class StartupCheck {
  private final ApiKeys keys;
  private final String host;

  @Inject
  StartupCheck(ApiKeys keys, @ConfigProperty(name = "quarkus.http.host") String host) {
    this.keys = keys;
    this.host = host;
  }

  void onStart(@Observes StartupEvent event) {
    if (keys.none() && !isLoopback(host)) {
      throw new IllegalStateException(
          "quarkus.http.host="
              + host
              + " opens the service to the network, but no API key is configured; add one with"
              + " flipside.security.keys.NAME.sha256=… and .role=admin, or listen on 127.0.0.1");
    }
  }

  static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
