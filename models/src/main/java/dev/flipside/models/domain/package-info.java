/**
 * Types that all modules share: class maps, image sizes, regions, label maps, errors and atomic
 * files.
 */
@NullMarked
package dev.flipside.models.domain;

import org.jspecify.annotations.NullMarked;
