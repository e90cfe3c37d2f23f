package dev.flipside.trainer;

import dev.flipside.scorer.metrics.SegmentationMetrics;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Result of a training run.
 *
 * @param model exported ONNX model: of the best epoch with validation, else of the last
 * @param epoch epoch of the exported weights, from 1
 * @param steps number of updates in the whole run
 * @param validation metrics of the exported weights, null if they were not validated in this
 *     process
 * @param exportDifference largest difference between ONNX Runtime and DJL, as a fraction of the
 *     range of the logits
 */
public record TrainingResult(
    Path model,
    int epoch,
    long steps,
    @Nullable SegmentationMetrics validation,
    double exportDifference) {}
