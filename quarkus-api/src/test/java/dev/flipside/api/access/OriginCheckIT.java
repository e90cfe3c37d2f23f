package dev.flipside.api.access;

import dev.flipside.api.NativeOnly;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same against the native executable. */
@QuarkusIntegrationTest
@NativeOnly
@TestProfile(OriginCheckTest.Configured.class)
class OriginCheckIT extends OriginCheckTest {}
