/** Published pretrained weights and their download. */
@NullMarked
package dev.flipside.tools.weights;

import org.jspecify.annotations.NullMarked;
