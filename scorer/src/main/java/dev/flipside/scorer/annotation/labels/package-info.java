/** Keeps the labels of annotation files as a folder of label maps. */
@NullMarked
package dev.flipside.scorer.annotation.labels;

import org.jspecify.annotations.NullMarked;
