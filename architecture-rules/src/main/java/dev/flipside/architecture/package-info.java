/** The rules of the house, for the tests of all modules. */
@NullMarked
package dev.flipside.architecture;

import org.jspecify.annotations.NullMarked;
