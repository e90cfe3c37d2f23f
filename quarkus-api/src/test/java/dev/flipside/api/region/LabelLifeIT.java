package dev.flipside.api.region;

import dev.flipside.api.NativeOnly;
import dev.flipside.api.access.SecurityTest;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same against the native executable. */
@QuarkusIntegrationTest
@NativeOnly
@TestProfile(SecurityTest.WithKeys.class)
class LabelLifeIT extends LabelLifeTest {}
