/** Opens annotation files, in ZIP archives or not, within limits. */
@NullMarked
package dev.flipside.scorer.annotation.archive;

import org.jspecify.annotations.NullMarked;
