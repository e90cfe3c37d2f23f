package dev.flipside.api.campaign.store.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Encodes scores for storage: little-endian float32, one per region, row-major. */
public final class ScoreCodec {
  private ScoreCodec() {}

  public static byte[] bytes(float[] scores) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * scores.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(scores);
    return bytes.array();
  }

  public static float[] floats(byte[] bytes) {
    float[] scores = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(scores);
    return scores;
  }
}
