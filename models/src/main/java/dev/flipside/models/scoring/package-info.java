/** Extends a segmentation model with preprocessing and scoring. */
@NullMarked
package dev.flipside.models.scoring;

import org.jspecify.annotations.NullMarked;
