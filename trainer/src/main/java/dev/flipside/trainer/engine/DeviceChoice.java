package dev.flipside.trainer.engine;

import ai.djl.Device;
import dev.flipside.models.domain.FlipsideException;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Where to train. */
public enum DeviceChoice {
  /** On GPUs where there are any, else on the CPU. */
  AUTO,
  /** On the CPU. */
  CPU,
  /** On GPUs; a failure where there is none. */
  CUDA;

  /**
   * Reads {@code auto}, {@code cpu} or {@code cuda}.
   *
   * @throws IllegalArgumentException if the text is none of them
   */
  public static DeviceChoice parse(String text) {
    for (DeviceChoice each : values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
        return each;
      }
    }
    throw new IllegalArgumentException("device \"" + text + "\": expected auto, cpu or cuda");
  }

  /** The name of what computes convolutions on the devices of this choice. */
  public String backend() {
    return Torch.backend(devices().get(0));
  }

  /**
   * The devices of this choice: every GPU the engine sees, or the CPU.
   *
   * @throws FlipsideException if a GPU is asked for and the engine sees none
   */
  public List<Device> devices() {
    int gpus = this == CPU ? 0 : Torch.engine().getGpuCount();
    if (this == CUDA && gpus == 0) {
      throw new FlipsideException(
          "device cuda: the training engine sees no GPU; use --device cpu, or install the NVIDIA"
              + " driver and name a libtorch built for CUDA: PYTORCH_LIBRARY_PATH (its folder lib),"
              + " PYTORCH_VERSION=2.7.1, PYTORCH_FLAVOR=cu128");
    }
    return gpus == 0
        ? List.of(Device.cpu())
        : IntStream.range(0, gpus).mapToObj(Device::gpu).toList();
  }
}
