package dev.flipside.api.campaign.store.codec;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Encodes the label of a region for storage: one byte per pixel, row-major, deflated. */
public final class LabelCodec {
  private LabelCodec() {}

  public static byte[] deflate(LabelMap label) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      deflater.setInput(label.ids());
      deflater.finish();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      byte[] buffer = new byte[4096];
      while (!deflater.finished()) {
        bytes.write(buffer, 0, deflater.deflate(buffer));
      }
      return bytes.toByteArray();
    } finally {
      deflater.end();
    }
  }

  /**
   * Decodes the label of a region.
   *
   * @param where name of the region in error messages
   * @throws FlipsideException if the data are damaged or do not match the size of the region
   */
  public static LabelMap inflate(byte[] bytes, ImageSize size, String where) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(bytes);
      byte[] ids = new byte[Math.toIntExact(size.pixels())];
      int count = inflater.inflate(ids);
      if (count == ids.length) {
        return new LabelMap(size, ids);
      }
      throw new FlipsideException(
          where + ": the label in the ledger has " + count + " ids, expected " + ids.length);
    } catch (DataFormatException e) {
      throw new FlipsideException(where + ": the label in the ledger is damaged", e);
    } finally {
      inflater.end();
    }
  }
}
