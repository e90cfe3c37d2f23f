/** Folders and files of a run, made and replaced safely. */
@NullMarked
package dev.flipside.tools.files;

import org.jspecify.annotations.NullMarked;
