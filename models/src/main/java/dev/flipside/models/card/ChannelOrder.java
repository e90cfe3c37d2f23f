package dev.flipside.models.card;

/** Order of the color channels that a model expects. */
public enum ChannelOrder {
  /** Red first; the usual order. */
  RGB,
  /** Blue first, as in models trained on OpenCV or Caffe input. */
  BGR
}
