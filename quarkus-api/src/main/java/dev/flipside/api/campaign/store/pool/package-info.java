/** The images of a pool in the orders in which people look at them, in memory. */
@NullMarked
package dev.flipside.api.campaign.store.pool;

import org.jspecify.annotations.NullMarked;
