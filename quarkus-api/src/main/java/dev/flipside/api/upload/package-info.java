/** What clients send in: kept in a file of its own until it is checked, bounded in size. */
@NullMarked
package dev.flipside.api.upload;

import org.jspecify.annotations.NullMarked;
