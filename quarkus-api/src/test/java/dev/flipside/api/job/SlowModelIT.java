package dev.flipside.api.job;

import dev.flipside.api.NativeOnly;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same against the native executable. */
@QuarkusIntegrationTest
@NativeOnly
@TestProfile(SlowModelTest.ShortTimeout.class)
class SlowModelIT extends SlowModelTest {}
