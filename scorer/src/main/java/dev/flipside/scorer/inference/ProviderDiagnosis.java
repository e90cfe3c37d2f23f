package dev.flipside.scorer.inference;

import java.util.List;

/**
 * Diagnosis of an execution provider on this machine.
 *
 * @param provider the provider
 * @param usable whether it is expected to work
 * @param findings findings to show, in order
 */
public record ProviderDiagnosis(ExecutionProvider provider, boolean usable, List<String> findings) {
  /** Copies the list. */
  public ProviderDiagnosis {
    findings = List.copyOf(findings);
  }

  @Override
  public String toString() {
    return provider + (usable ? ": works; " : ": does not work; ") + String.join("; ", findings);
  }
}
