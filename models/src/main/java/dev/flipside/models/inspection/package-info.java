/** Works out what a model from elsewhere is, and says what it had to assume. */
@NullMarked
package dev.flipside.models.inspection;

import org.jspecify.annotations.NullMarked;
