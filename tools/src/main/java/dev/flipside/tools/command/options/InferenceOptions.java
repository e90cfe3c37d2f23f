package dev.flipside.tools.command.options;

import dev.flipside.scorer.inference.ExecutionProvider;
import dev.flipside.scorer.inference.Precision;
import dev.flipside.scorer.inference.SessionOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What runs a network, and how. */
public final class InferenceOptions {
  @Option(
      names = "--provider",
      paramLabel = "P",
      defaultValue = "auto",
      description = "auto, cpu, cuda or tensorrt (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private ExecutionProvider provider;

  @Option(
      names = "--precision",
      paramLabel = "P",
      defaultValue = "fp32",
      description =
          "fp32, or fp16 on a GPU, into which any float32 network is converted"
              + " (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private Precision precision;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of the network on the processor (default: one a core).")
  private @Nullable Integer threads;

  @Option(
      names = "--device-memory",
      paramLabel = "MIB",
      defaultValue = "0",
      description = "Most GPU memory in MiB, 0 for no limit (default: ${DEFAULT-VALUE}).")
  private long deviceMemory;

  @Option(
      names = "--engine-cache",
      paramLabel = "DIR",
      description = "Folder in which TensorRT keeps what it compiled.")
  private @Nullable Path engineCache;

  public SessionOptions session(CommonOptions common) {
    int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    return common.usage(
        () ->
            new SessionOptions(provider, precision, count, false, deviceMemory << 20, engineCache));
  }
}
