package dev.flipside.scorer.image;

import dev.flipside.models.domain.ImageSize;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.imgcodecs.Imgcodecs;

/** Small pictures and files for tests. */
public final class Pictures {
  private Pictures() {}

  /** Seeded noise over a gradient. */
  public static DecodedImage noise(int height, int width, long seed) {
    DecodedImage image = DecodedImage.black(new ImageSize(height, width));
    Random random = new Random(seed);
    for (int at = 0; at < image.rgb().limit(); at++) {
      image.rgb().put(at, (byte) (at * 200 / image.rgb().limit() + random.nextInt(50)));
    }
    return image;
  }

  /** Writes seeded noise as a PNG and returns the file. */
  public static Path png(Path file, int height, int width, long seed) throws IOException {
    Files.createDirectories(file.getParent());
    ImageWriter.writeRgb(file, noise(height, width, seed));
    return file;
  }

  /** A PNG built by hand: any color type, bit depth and declared size. */
  public static byte[] rawPng(
      int height, int width, int bits, int colorType, byte[] palette, byte[] rows)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(0x89504E470D0A1A0AL);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.writeInt(width);
    fields.writeInt(height);
    fields.write(new byte[] {(byte) bits, (byte) colorType, 0, 0, 0});
    chunk(out, "IHDR", header.toByteArray());
    if (palette.length > 0) {
      chunk(out, "PLTE", palette);
    }
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(data)) {
      deflater.write(rows);
    }
    chunk(out, "IDAT", data.toByteArray());
    chunk(out, "IEND", new byte[0]);
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(type.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    checksum.update(data);
    out.writeInt(data.length);
    out.writeBytes(type);
    out.write(data);
    out.writeInt((int) checksum.getValue());
  }

  /** Encodes a Mat in the format that an extension names. */
  static byte[] encode(String extension, Mat pixels) {
    MatOfByte bytes = new MatOfByte();
    Imgcodecs.imencode(extension, pixels, bytes);
    return bytes.toArray();
  }
}
