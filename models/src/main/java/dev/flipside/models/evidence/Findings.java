package dev.flipside.models.evidence;

import java.util.ArrayList;
import java.util.List;

/** Collects findings in the order of inference. */
public final class Findings {
  private final List<Finding> all = new ArrayList<>();

  /** Adds a finding in the graph. */
  public void found(String field, String value, String reason) {
    add(field, value, FindingSource.GRAPH, reason);
  }

  /** Adds a default. */
  public void assume(String field, String value, String reason) {
    add(field, value, FindingSource.DEFAULT, reason);
  }

  /** Adds a finding. */
  public void add(String field, String value, FindingSource evidence, String reason) {
    add(new Finding(field, value, evidence, reason));
  }

  /** Adds a finding. */
  public void add(Finding finding) {
    all.add(finding);
  }

  /** Returns the findings so far. */
  public List<Finding> all() {
    return List.copyOf(all);
  }
}
