/**
 * Reads the formats of annotation tools. {@link dev.flipside.scorer.annotation.AnnotationImport}
 * streams the annotated images of a file; each {@link
 * dev.flipside.scorer.annotation.AnnotationFormat} turns its files into images with shapes, and one
 * painter rasterizes the shapes of all formats.
 */
@NullMarked
package dev.flipside.scorer.annotation;

import org.jspecify.annotations.NullMarked;
