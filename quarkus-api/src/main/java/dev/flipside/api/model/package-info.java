/** Models of the service and their activation. */
@NullMarked
package dev.flipside.api.model;

import org.jspecify.annotations.NullMarked;
