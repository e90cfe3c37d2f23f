/** The service and an agent as processes of this machine. */
@NullMarked
package dev.flipside.tools.local;

import org.jspecify.annotations.NullMarked;
