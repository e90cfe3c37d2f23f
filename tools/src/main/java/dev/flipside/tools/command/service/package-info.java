/** The commands that start the REST service and talk to it. */
@NullMarked
package dev.flipside.tools.command.service;

import org.jspecify.annotations.NullMarked;
