/** Whether the service can work, and how much it does. */
@NullMarked
package dev.flipside.api.health;

import org.jspecify.annotations.NullMarked;
