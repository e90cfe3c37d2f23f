package dev.flipside.api.campaign.store.heap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Encodes the regions of a lease for storage: image and region (int32) and score (float32) per
 * region, best first, little-endian.
 */
public record SelectionCodec(List<CandidateHeap.Candidate> regions) {
  private static final int BYTES_EACH = 12;

  public byte[] bytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(BYTES_EACH * regions.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (CandidateHeap.Candidate each : regions) {
      bytes.putInt(each.image()).putInt(each.region()).putFloat(each.score());
    }
    return bytes.array();
  }

  /** Returns whether the selection contains a region. */
  public boolean lists(int image, int region) {
    return regions.stream().anyMatch(each -> each.image() == image && each.region() == region);
  }

  /** Returns the selection without a region. */
  public SelectionCodec without(int image, int region) {
    return new SelectionCodec(
        regions.stream().filter(each -> each.image() != image || each.region() != region).toList());
  }

  public static SelectionCodec read(byte[] stored) {
    ByteBuffer bytes = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN);
    List<CandidateHeap.Candidate> regions = new ArrayList<>();
    while (bytes.hasRemaining()) {
      regions.add(new CandidateHeap.Candidate(bytes.getInt(), bytes.getInt(), bytes.getFloat()));
    }
    return new SelectionCodec(regions);
  }
}
