/** Which images there are, and which label file belongs to which. */
@NullMarked
package dev.flipside.scorer.pool;

import org.jspecify.annotations.NullMarked;
