/** The agent that trains on the labels of a campaign of the service, round after round. */
@NullMarked
package dev.flipside.tools.agent;

import org.jspecify.annotations.NullMarked;
