/** The models of the service: added, listed, activated, opened for scoring. */
@NullMarked
package dev.flipside.api.model;

import org.jspecify.annotations.NullMarked;
