package dev.flipside.api.access;

import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same against the packaged service: the JVM's, or the native executable. */
@QuarkusIntegrationTest
@TestProfile(LimitsTest.Small.class)
class LimitsIT extends LimitsTest {}
