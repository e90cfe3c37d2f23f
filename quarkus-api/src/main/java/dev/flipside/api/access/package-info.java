/** Access control: API keys, roles, rate limits and allowed folders. */
@NullMarked
package dev.flipside.api.access;

import org.jspecify.annotations.NullMarked;
