package dev.flipside.scorer.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The GPUs to use, by their indices in CUDA.
 *
 * @param indices indices without repetition; empty for all GPUs
 */
public record GpuSelection(List<Integer> indices) {
  /** All visible GPUs. */
  public static final GpuSelection ALL = new GpuSelection(List.of());

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if an index is negative or repeated
   */
  public GpuSelection {
    indices = List.copyOf(indices);
    if (indices.stream().anyMatch(index -> index < 0)
        || indices.stream().distinct().count() < indices.size()) {
      throw new IllegalArgumentException(
          "GPUs " + indices + ": expected indices from 0, each once");
    }
  }

  /**
   * Parses {@code all} or indices such as {@code 1} or {@code 0,2}.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  public static GpuSelection parse(String text) {
    if (text.equals("all")) {
      return ALL;
    }
    List<Integer> indices = new ArrayList<>();
    for (String index : text.split(",", -1)) {
      if (!index.matches("\\d{1,4}")) {
        throw new IllegalArgumentException(
            "GPUs \"" + text + "\": expected all, or indices such as 1 or 0,2");
      }
      indices.add(Integer.valueOf(index));
    }
    return new GpuSelection(indices);
  }

  /**
   * Returns the selected indices.
   *
   * @param visible number of GPUs visible to this process
   * @throws InferenceException if one of them does not exist
   */
  List<Integer> of(int visible) {
    for (int index : indices) {
      if (index >= visible) {
        throw new InferenceException(
            "GPU "
                + index
                + " does not exist: "
                + (visible == 1 ? "1 GPU is" : visible + " GPUs are")
                + " visible, with indices from 0; flipside doctor lists them",
            null);
      }
    }
    return indices.isEmpty() ? IntStream.range(0, visible).boxed().toList() : indices;
  }
}
