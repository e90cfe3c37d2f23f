package dev.flipside.models.card;

/** Channels that a model expects, in their order. */
public enum ChannelOrder {
  /** Red first; the usual order. */
  RGB,
  /** Blue first, as in models trained on OpenCV or Caffe input. */
  BGR,
  /**
   * One channel of brightness; colors become {@code 0.299 R + 0.587 G + 0.114 B} (ITU-R BT.601).
   */
  GREY,
  /** Bands of the image file as they are stored, chosen by number ({@link PixelFormat}). */
  BANDS
}
