package dev.flipside.trainer.engine;

/** The kernels that compute convolutions on the CPU. */
public enum ConvolutionBackend {
  /** oneDNN, libtorch's default. */
  ONEDNN("oneDNN"),
  /** libtorch's own kernels, with oneDNN switched off: slower, but correct on every CPU. */
  NATIVE("libtorch native"),
  /** No backend gives correct results. */
  NONE("none");

  private final String label;

  ConvolutionBackend(String label) {
    this.label = label;
  }

  @Override
  public String toString() {
    return label;
  }
}
