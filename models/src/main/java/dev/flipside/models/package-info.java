/**
 * What a segmentation model is, with no native code: {@code vocab, card, onnx, scoring, registry}.
 */
@NullMarked
package dev.flipside.models;

import org.jspecify.annotations.NullMarked;
