package dev.flipside.api;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged service: the JVM's, or the native executable. */
@QuarkusIntegrationTest
class ServiceIT extends ServiceTest {}
