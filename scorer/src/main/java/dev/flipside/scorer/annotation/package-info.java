/** Reads and writes the formats of annotation tools, and paints their shapes into label maps. */
@NullMarked
package dev.flipside.scorer.annotation;

import org.jspecify.annotations.NullMarked;
