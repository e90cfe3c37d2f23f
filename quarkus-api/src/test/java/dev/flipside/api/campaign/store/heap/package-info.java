/** The best selectable regions of a scoring. */
@NullMarked
package dev.flipside.api.campaign.store.heap;

import org.jspecify.annotations.NullMarked;
