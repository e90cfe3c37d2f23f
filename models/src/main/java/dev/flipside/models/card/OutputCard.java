package dev.flipside.models.card;

import org.jspecify.annotations.Nullable;

/**
 * The segmentation output of a model.
 *
 * @param name name of the graph output, not blank
 * @param layout order of the axes
 * @param meaning kind of the values
 * @param voidChannel channel of void, 0 to 255, excluded from scoring; the classes are the other
 *     channels in order. Null if every channel is a class
 */
public record OutputCard(
    String name, TensorLayout layout, OutputMeaning meaning, @Nullable Integer voidChannel) {
  /**
   * @throws IllegalArgumentException if the name is blank or the void channel is not 0 to 255
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
