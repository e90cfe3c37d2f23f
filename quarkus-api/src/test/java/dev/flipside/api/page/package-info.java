/** The page in a real browser. */
@NullMarked
package dev.flipside.api.page;

import org.jspecify.annotations.NullMarked;
