/**
 * The terms that every module shares: class maps, image sizes, regions, label maps, errors and
 * atomic files.
 */
@NullMarked
package dev.flipside.models.domain;

import org.jspecify.annotations.NullMarked;
