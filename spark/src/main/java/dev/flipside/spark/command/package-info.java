/** What {@code spark-submit} starts: options, and one call of {@code dev.flipside.spark}. */
@NullMarked
package dev.flipside.spark.command;

import org.jspecify.annotations.NullMarked;
