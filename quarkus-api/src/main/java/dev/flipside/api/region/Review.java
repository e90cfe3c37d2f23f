package dev.flipside.api.region;

import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a reviewer says about a label.
 *
 * @param comment the comment, null if none
 */
@Schema(name = "Review", description = "Comment on a label.")
public record Review(
    @Schema(
            description = "What is wrong with the label; its annotator reads it.",
            examples = "The cyclist on the left is missing.")
        @Size(max = 2000)
        @Nullable String comment) {
  /** Returns the comment without surrounding space, null if there is none. */
  @Nullable String said() {
    return comment == null || comment.isBlank() ? null : comment.strip();
  }
}
