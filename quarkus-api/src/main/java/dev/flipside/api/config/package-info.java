/** Everything that can be set on the service, in one documented place. */
@NullMarked
package dev.flipside.api.config;

import org.jspecify.annotations.NullMarked;
