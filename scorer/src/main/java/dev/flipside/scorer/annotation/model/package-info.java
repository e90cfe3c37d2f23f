/** What annotation files contain: images with shapes, the names of images, and labels. */
@NullMarked
package dev.flipside.scorer.annotation.model;

import org.jspecify.annotations.NullMarked;
