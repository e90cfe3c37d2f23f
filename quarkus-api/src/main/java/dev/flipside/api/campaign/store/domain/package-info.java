/** Immutable values of the campaign store, and the exceptions for refused requests. */
@NullMarked
package dev.flipside.api.campaign.store.domain;

import org.jspecify.annotations.NullMarked;
