package dev.flipside.api.pool;

import dev.flipside.api.NativeOnly;
import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
@NativeOnly
class PoolImageResourceIT extends PoolImageResourceTest {}
