/**
 * The words every module shares: classes, image sizes, regions. Plain values, no input or output.
 */
@NullMarked
package dev.flipside.models.vocab;

import org.jspecify.annotations.NullMarked;
