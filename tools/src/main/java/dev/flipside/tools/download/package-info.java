/** Downloads files over HTTP. */
@NullMarked
package dev.flipside.tools.download;

import org.jspecify.annotations.NullMarked;
