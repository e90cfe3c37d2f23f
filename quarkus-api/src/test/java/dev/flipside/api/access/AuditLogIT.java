package dev.flipside.api.access;

import dev.flipside.api.NativeOnly;
import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
@NativeOnly
class AuditLogIT extends AuditLogTest {}
