/** How scores and labels are stored: bytes of a column. */
@NullMarked
package dev.flipside.api.campaign.store.codec;

import org.jspecify.annotations.NullMarked;
