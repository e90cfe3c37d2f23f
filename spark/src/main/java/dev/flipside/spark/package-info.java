/** Scores pools of images on Apache Spark, and selects regions from the tables of scores. */
@NullMarked
package dev.flipside.spark;

import org.jspecify.annotations.NullMarked;
