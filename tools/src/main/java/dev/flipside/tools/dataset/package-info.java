/** Labelled data sets: fetching a public one, and finding what is wrong with one. */
@NullMarked
package dev.flipside.tools.dataset;

import org.jspecify.annotations.NullMarked;
