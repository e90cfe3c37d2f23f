package dev.flipside.scorer.inference;

import java.util.List;

/**
 * Whether a provider works here, and what speaks for or against it.
 *
 * @param provider the provider
 * @param usable whether it is expected to work
 * @param findings sentences to show, in the order in which they were found
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
