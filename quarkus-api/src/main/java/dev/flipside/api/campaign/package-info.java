/** CampaignLookup over HTTP: made, shown, closed; regions handed out, labels taken back. */
@NullMarked
package dev.flipside.api.campaign;

import org.jspecify.annotations.NullMarked;
