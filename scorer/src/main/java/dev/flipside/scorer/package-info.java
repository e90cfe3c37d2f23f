/**
 * Images, pools, ONNX Runtime, selection, the campaign ledger and metrics: a pool in, region scores
 * out.
 */
@NullMarked
package dev.flipside.scorer;

import org.jspecify.annotations.NullMarked;
