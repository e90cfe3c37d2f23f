package dev.flipside.api.backup;

import dev.flipside.api.NativeOnly;
import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
@NativeOnly
class BackupResourceIT extends BackupResourceTest {}
