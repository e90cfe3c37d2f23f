/** The architecture rules that the tests of all modules check. */
@NullMarked
package dev.flipside.architecture;

import org.jspecify.annotations.NullMarked;
