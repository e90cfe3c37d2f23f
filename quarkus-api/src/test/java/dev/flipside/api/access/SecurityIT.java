package dev.flipside.api.access;

import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same against the packaged service: the JVM's, or the native executable. */
@QuarkusIntegrationTest
@TestProfile(SecurityTest.WithKeys.class)
class SecurityIT extends SecurityTest {}
