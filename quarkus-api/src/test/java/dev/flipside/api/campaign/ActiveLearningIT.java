package dev.flipside.api.campaign;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged service: the JVM's, or the native executable. */
@QuarkusIntegrationTest
class ActiveLearningIT extends ActiveLearningTest {}
