/** Grafts the uint8 front and the acquisition head onto a segmentation network. */
@NullMarked
package dev.flipside.models.scoring;

import org.jspecify.annotations.NullMarked;
