package dev.flipside.api.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** Tests of the page in one Chromium; each fails if a script or the security policy does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PageTest {
  @TestHTTPResource("/")
  @SuppressWarnings("NullAway.Init") // injected
  String address;

  @SuppressWarnings("NullAway.Init") // set by start()
  Chromium chromium;

  @BeforeAll
  void start() {
    chromium = Chromium.start();
  }

  @AfterAll
  void stop() {
    if (chromium != null) {
      chromium.close();
    }
  }

  @AfterEach
  void noErrors() {
    assertThat(chromium.errors()).isEmpty();
  }
}
