/**
 * Background jobs that score a pool. Jobs can be watched and cancelled, and resume after a restart.
 */
@NullMarked
package dev.flipside.api.job;

import org.jspecify.annotations.NullMarked;
