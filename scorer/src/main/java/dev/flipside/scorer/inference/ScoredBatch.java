package dev.flipside.scorer.inference;

import dev.flipside.models.scoring.DiagnosticMap;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * What one run returns.
 *
 * @param scores {@code [B * rows * cols]}, row-major. Not copied.
 * @param pictures the pictures asked for, {@code [B,H,W]} in the type of the picture, in native
 *     byte order
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never changed
public record ScoredBatch(float[] scores, Map<DiagnosticMap, ByteBuffer> pictures) {}
