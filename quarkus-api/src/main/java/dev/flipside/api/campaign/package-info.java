/** REST resources for campaigns, scorings, selections, regions and labels. */
@NullMarked
package dev.flipside.api.campaign;

import org.jspecify.annotations.NullMarked;
