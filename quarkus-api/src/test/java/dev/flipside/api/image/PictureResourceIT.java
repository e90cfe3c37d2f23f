package dev.flipside.api.image;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged service: the JVM's, or the native executable. */
@QuarkusIntegrationTest
class PictureResourceIT extends PictureResourceTest {}
