/** The best selectable regions of a scoring, in memory, and how selections of them are stored. */
@NullMarked
package dev.flipside.api.campaign.store.heap;

import org.jspecify.annotations.NullMarked;
