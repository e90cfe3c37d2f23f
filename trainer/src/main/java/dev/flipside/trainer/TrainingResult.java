package dev.flipside.trainer;

import dev.flipside.scorer.metrics.SegmentationMetrics;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a training run left.
 *
 * @param model the exported ONNX model: of the best epoch where there was validation, else of the
 *     last
 * @param epoch the epoch it is of, from 1
 * @param steps updates of the weights in the whole run
 * @param validation of the exported weights, null where there was none in this process
 * @param exportDifference largest difference of ONNX Runtime and DJL, as a fraction of the range of
 *     the logits
 */
public record TrainingResult(
    Path model,
    int epoch,
    long steps,
    @Nullable SegmentationMetrics validation,
    double exportDifference) {}
