package dev.flipside.tools.command.options;

import dev.flipside.scorer.inference.ExecutionProvider;
import dev.flipside.scorer.inference.GpuSelection;
import dev.flipside.scorer.inference.Precision;
import dev.flipside.scorer.inference.RunControl;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.tools.command.help.Section;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of inference: execution provider, device, precision, threads, memory limit. */
@Section(Section.SPEED)
public final class InferenceOptions {
  @Option(
      names = "--provider",
      paramLabel = "P",
      defaultValue = "auto",
      description = "Execution provider: auto, cpu, cuda or tensorrt (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private ExecutionProvider provider;

  @Option(
      names = "--device",
      paramLabel = "D",
      defaultValue = "auto",
      description =
          "Device: auto, cpu, cuda:all (the same as cuda), or GPUs by index: cuda:1, cuda:0,2"
              + " (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private String device;

  @Option(
      names = "--precision",
      paramLabel = "P",
      defaultValue = "fp32",
      description =
          "fp32, or on a GPU fp16, to which any float32 model is converted (default:"
              + " ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private Precision precision;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "CPU threads for inference (default: one per core).")
  private @Nullable Integer threads;

  @Option(
      names = "--device-memory",
      paramLabel = "MIB",
      defaultValue = "0",
      description = "GPU memory limit in MiB (0: none; default: ${DEFAULT-VALUE}).")
  private long deviceMemory;

  @Option(
      names = "--engine-cache",
      paramLabel = "DIR",
      description = "Folder in which TensorRT caches compiled engines.")
  private @Nullable Path engineCache;

  public SessionOptions session(CommonOptions common) {
    int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    return common.usage(
        () ->
            new SessionOptions(
                    provider,
                    GpuSelection.ALL,
                    precision,
                    count,
                    false,
                    deviceMemory << 20,
                    engineCache,
                    RunControl.NONE)
                .on(device));
  }
}
