package dev.flipside.api.exchange;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged service: the JVM's, or the native executable. */
@QuarkusIntegrationTest
class ExchangeIT extends ExchangeTest {}
