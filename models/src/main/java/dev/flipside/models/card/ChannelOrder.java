package dev.flipside.models.card;

/** Order of the colour channels that a network expects. */
public enum ChannelOrder {
  /** Red first, as nearly all networks. */
  RGB,
  /** Blue first, as networks trained on OpenCV or Caffe input. */
  BGR
}
