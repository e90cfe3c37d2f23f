/** Segmentation networks: backbones, heads, and the shape that selects them. */
@NullMarked
package dev.flipside.trainer.net;

import org.jspecify.annotations.NullMarked;
