package dev.flipside.trainer.net;

import dev.flipside.trainer.net.layer.Sequential;

/**
 * The layers of a backbone.
 *
 * @param low up to the last feature map of output stride 4, which decoders use
 * @param lowChannels channels of this map
 * @param high the remaining layers
 * @param channels channels of the last feature map
 */
record BackboneLayers(Sequential low, int lowChannels, Sequential high, int channels) {}
