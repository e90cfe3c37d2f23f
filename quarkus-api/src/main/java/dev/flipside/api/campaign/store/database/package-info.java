/**
 * Connections, transactions, statements and error messages of the store's database. Knows nothing
 * of campaigns.
 */
@NullMarked
package dev.flipside.api.campaign.store.database;

import org.jspecify.annotations.NullMarked;
