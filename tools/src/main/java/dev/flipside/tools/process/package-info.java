/** Starts the service and an agent as processes on this machine. */
@NullMarked
package dev.flipside.tools.process;

import org.jspecify.annotations.NullMarked;
