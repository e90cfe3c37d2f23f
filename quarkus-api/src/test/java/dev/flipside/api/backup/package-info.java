@NullMarked
package dev.flipside.api.backup;

import org.jspecify.annotations.NullMarked;
