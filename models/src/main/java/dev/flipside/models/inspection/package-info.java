/** Opens models, infers missing model cards, and reports the assumptions made. */
@NullMarked
package dev.flipside.models.inspection;

import org.jspecify.annotations.NullMarked;
