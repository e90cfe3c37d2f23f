/** The labelled set of a campaign in the forms that other programs read. */
@NullMarked
package dev.flipside.api.exchange;

import org.jspecify.annotations.NullMarked;
