package dev.flipside.models.onnx;

/**
 * A tensor in a graph under construction, identified by its name.
 *
 * @param name name of the value, unique in its graph; empty for an omitted optional input
 */
public record OnnxValue(String name) {
  /** Placeholder for an omitted optional input of a node. */
  public static final OnnxValue ABSENT = new OnnxValue("");

  @Override
  public String toString() {
    return name;
  }
}
