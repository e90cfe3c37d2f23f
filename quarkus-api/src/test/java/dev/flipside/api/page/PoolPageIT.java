package dev.flipside.api.page;

import dev.flipside.api.NativeOnly;
import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
@NativeOnly
class PoolPageIT extends PoolPageTest {}
