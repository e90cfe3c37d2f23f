package dev.flipside.scorer.inference;

import dev.flipside.models.scoring.DiagnosticMap;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Result of a run.
 *
 * @param scores {@code [B * rows * cols]}, row-major. Not copied.
 * @param pictures requested diagnostic maps, {@code [B,H,W]} in the type of the map, in native byte
 *     order
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never changed
public record ScoredBatch(float[] scores, Map<DiagnosticMap, ByteBuffer> pictures) {}
