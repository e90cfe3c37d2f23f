package dev.flipside.models.card;

import org.jspecify.annotations.Nullable;

/**
 * The segmentation output of a network.
 *
 * @param name name of the graph output, not blank
 * @param layout order of its axes
 * @param meaning what its numbers are
 * @param voidChannel channel that stands for void and is left out of the scores; the classes are
 *     the other channels, in their order; null if every channel is a class
 */
public record OutputCard(
    String name, TensorLayout layout, OutputMeaning meaning, @Nullable Integer voidChannel) {
  /**
   * @throws IllegalArgumentException if the name is blank or the void channel is negative
   */
  public OutputCard {
    if (name.isBlank()) {
      throw new IllegalArgumentException("card, output: name is blank, expected a graph output");
    }
    if (voidChannel != null && (voidChannel < 0 || voidChannel > 255)) {
      throw new IllegalArgumentException(
          "card, output \"" + name + "\": void channel " + voidChannel + ", expected 0 to 255");
    }
  }
}
