package dev.flipside.models.evidence;

/** Where a finding about a model comes from. */
public enum FindingSource {
  /** Nodes, types and shapes of the graph. */
  GRAPH,
  /** The numbers that the model computed for a picture. */
  NUMBERS,
  /** Metadata in the model, or a file beside it. */
  METADATA,
  /** Nothing: a default that the model does not confirm and the user should check. */
  DEFAULT
}
