package dev.flipside.api.annotation;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged service: the JVM's, or the native executable. */
@QuarkusIntegrationTest
class AnnotationIT extends AnnotationResourcesTest {}
