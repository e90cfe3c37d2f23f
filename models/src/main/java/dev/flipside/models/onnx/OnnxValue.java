package dev.flipside.models.onnx;

/**
 * A tensor in a graph that is being built, known by its name.
 *
 * @param name name of the value, unique in its graph; empty for an optional input left out
 */
public record OnnxValue(String name) {
  /** Stands for an optional input of a node that is left out. */
  public static final OnnxValue ABSENT = new OnnxValue("");

  @Override
  public String toString() {
    return name;
  }
}
