/** ONNX files and graphs: read and checked, built, written whole. */
@NullMarked
package dev.flipside.models.onnx;

import org.jspecify.annotations.NullMarked;
