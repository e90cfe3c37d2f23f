package dev.flipside.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * On an integration test that repeats a unit test of the service: only {@code -Dnative} runs it,
 * since the unit test has covered the JVM.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@EnabledIfSystemProperty(
    named = "native",
    matches = ".*",
    disabledReason = "covered by the unit test on the JVM")
public @interface NativeOnly {}
