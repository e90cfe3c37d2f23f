/** Configuration of the service. */
@NullMarked
package dev.flipside.api.config;

import org.jspecify.annotations.NullMarked;
