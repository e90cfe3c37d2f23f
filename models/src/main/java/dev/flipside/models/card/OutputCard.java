package dev.flipside.models.card;

import org.jspecify.annotations.Nullable;

/**
 * The segmentation output of a model.
 *
 * @param name name of a graph output, or of an inner value of the graph that is read instead, such
 *     as the scores before an argmax; not blank
 * @param layout order of the axes
 * @param meaning kind of the values
 * @param voidChannel channel of void, 0 to 255, excluded from scoring; the classes are the other
 *     channels in order. Null if every channel is a class
 * @param queryClasses name of the value with the class logits of the queries, for {@link
 *     OutputMeaning#QUERY_MASKS}; null for every other meaning
 */
public record OutputCard(
    String name,
    TensorLayout layout,
    OutputMeaning meaning,
    @Nullable Integer voidChannel,
    @Nullable String queryClasses) {
  /**
   * @throws IllegalArgumentException if a name is blank, the void channel is not 0 to 255, or the
   *     name of the class logits is missing or superfluous
   */
  public OutputCard {
    if (name.isBlank()) {
      throw new IllegalArgumentException("card, output: name is blank, expected a graph output");
    }
    if (voidChannel != null && (voidChannel < 0 || voidChannel > 255)) {
      throw new IllegalArgumentException(
          "card, output \"" + name + "\": void channel " + voidChannel + ", expected 0 to 255");
    }
    if (voidChannel != null && meaning.isForeground()) {
      throw new IllegalArgumentException(
          "card, output \"" + name + "\": void channel of a foreground alone, expected none");
    }
    if ((meaning == OutputMeaning.QUERY_MASKS) != (queryClasses != null)) {
      throw new IllegalArgumentException(
          "card, output \""
              + name
              + "\": queryClasses "
              + queryClasses
              + ", expected the class logits of the queries for query-masks, and for nothing else");
    }
  }

  /** Creates the output of a model without queries. */
  public OutputCard(
      String name, TensorLayout layout, OutputMeaning meaning, @Nullable Integer voidChannel) {
    this(name, layout, meaning, voidChannel, null);
  }
}
