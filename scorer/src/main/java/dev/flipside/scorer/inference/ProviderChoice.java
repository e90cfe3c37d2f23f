package dev.flipside.scorer.inference;

/**
 * What will run the network, and why.
 *
 * @param provider the provider, never {@code AUTO}
 * @param devices number of devices it runs on, each by one thread
 * @param reason why it was chosen, to be shown to the user
 */
public record ProviderChoice(ExecutionProvider provider, int devices, String reason) {
  /** Where no network is run: one thread on the processor that has nothing to do. */
  public static ProviderChoice none(String reason) {
    return new ProviderChoice(ExecutionProvider.CPU, 1, reason);
  }

  @Override
  public String toString() {
    return provider + " (" + reason + ")";
  }
}
