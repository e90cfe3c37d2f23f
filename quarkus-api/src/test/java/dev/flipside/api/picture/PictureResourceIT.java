package dev.flipside.api.picture;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged service: the JVM's, or the native executable. */
@QuarkusIntegrationTest
class PictureResourceIT extends PictureResourceTest {}
