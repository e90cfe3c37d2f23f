/** The agent that trains on the labels of campaigns, round by round. */
@NullMarked
package dev.flipside.tools.agent;

import org.jspecify.annotations.NullMarked;
