/** Uploaded files, limited in size and kept temporarily until validated. */
@NullMarked
package dev.flipside.api.upload;

import org.jspecify.annotations.NullMarked;
