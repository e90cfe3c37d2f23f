/** The campaign ledger as a part of the service, and what its refusals become. */
@NullMarked
package dev.flipside.api.ledger;

import org.jspecify.annotations.NullMarked;
