package dev.flipside.trainer.engine;

import ai.djl.Device;
import dev.flipside.models.domain.FlipsideException;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Device to train on. */
public enum DeviceChoice {
  /** All GPUs if there are any, else the CPU. */
  AUTO,
  /** The CPU. */
  CPU,
  /** All GPUs; fails if there is none. */
  CUDA;

  /**
   * Parses {@code auto}, {@code cpu} or {@code cuda}.
   *
   * @throws IllegalArgumentException if the name is unknown
   */
  public static DeviceChoice parse(String text) {
    for (DeviceChoice each : values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
        return each;
      }
    }
    throw new IllegalArgumentException("device \"" + text + "\": expected auto, cpu or cuda");
  }

  /** Returns the name of the convolution backend on these devices. */
  public String backend() {
    return Torch.backend(devices().get(0));
  }

  /**
   * Returns the devices: all GPUs visible to the engine, or the CPU.
   *
   * @throws FlipsideException if a GPU is requested and none is visible
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
