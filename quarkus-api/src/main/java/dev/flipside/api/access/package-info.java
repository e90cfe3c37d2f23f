/** Who may ask, for what, how often, and which folders a request may name. */
@NullMarked
package dev.flipside.api.access;

import org.jspecify.annotations.NullMarked;
