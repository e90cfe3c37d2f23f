/** Creates output folders and checks output files. */
@NullMarked
package dev.flipside.tools.files;

import org.jspecify.annotations.NullMarked;
