/**
 * Connections, transactions, statements and error messages of the database, independent of
 * campaigns.
 */
@NullMarked
package dev.flipside.api.campaign.store.database;

import org.jspecify.annotations.NullMarked;
