package dev.flipside.trainer.net;

import java.util.Arrays;

/** What turns the features of a backbone into scores of classes. */
public enum Head {
  /** 3x3 convolution to a quarter of the channels, then 1x1 convolution (torchvision's FCN). */
  FCN("fcn"),
  /** Atrous pyramid and a decoder with features of output stride 4 (Chen et al. 2018). */
  DEEPLABV3_PLUS("deeplabv3plus");

  private final String label;

  Head(String label) {
    this.label = label;
  }

  /**
   * Returns the head of a name.
   *
   * @throws IllegalArgumentException if there is no such head
   */
  public static Head parse(String name) {
    for (Head each : values()) {
      if (each.label.equals(name.strip())) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "head \"" + name + "\": expected one of " + Arrays.toString(values()));
  }

  @Override
  public String toString() {
    return label;
  }
}
