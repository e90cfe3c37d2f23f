package dev.flipside.scorer.image;

import com.google.errorprone.annotations.MustBeClosed;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfPoint;
import org.opencv.core.Point;
import org.opencv.core.Rect;
import org.opencv.core.Scalar;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * Draws a picture and its label map at once: every shape is painted in its colour into the one and
 * in its class id into the other. Coordinates are px, (row, column), and may lie outside of the
 * canvas; what is outside is clipped. Not thread-safe.
 */
public final class LabelledCanvas implements AutoCloseable {
  private final ImageSize size;
  private final Mat color;
  private final Mat ids;

  private LabelledCanvas(ImageSize size) {
    this.size = size;
    this.color = new Mat(size.height(), size.width(), CvType.CV_8UC3, new Scalar(0, 0, 0));
    this.ids = new Mat(size.height(), size.width(), CvType.CV_8UC1, new Scalar(0));
  }

  /** A black canvas of class 0. The caller closes it. */
  @MustBeClosed
  public static LabelledCanvas open(ImageSize size) {
    OpenCv.load();
    return new LabelledCanvas(size);
  }

  /** Fills rows {@code [y, y + height)}, columns {@code [x, x + width)}. */
  public void rectangle(int y, int x, int height, int width, int rgb, int id) {
    if (height < 1 || width < 1) {
      return;
    }
    Rect rect = new Rect(x, y, width, height);
    Imgproc.rectangle(color, rect, scalar(rgb), Imgproc.FILLED);
    Imgproc.rectangle(ids, rect, new Scalar(id), Imgproc.FILLED);
  }

  /**
   * Fills a polygon.
   *
   * @param yx corners as row, column, row, column, …
   */
  public void polygon(int rgb, int id, int... yx) {
    Point[] corners = new Point[yx.length / 2];
    for (int i = 0; i < corners.length; i++) {
      corners[i] = new Point(yx[2 * i + 1], yx[2 * i]);
    }
    MatOfPoint points = new MatOfPoint(corners);
    try {
      Imgproc.fillPoly(color, List.of(points), scalar(rgb));
      Imgproc.fillPoly(ids, List.of(points), new Scalar(id));
    } finally {
      points.release();
    }
  }

  /** Fills an upright ellipse with half axes {@code ry} and {@code rx}. */
  public void ellipse(int y, int x, int ry, int rx, int rgb, int id) {
    Point centre = new Point(x, y);
    Size axes = new Size(rx, ry);
    Imgproc.ellipse(color, centre, axes, 0, 0, 360, scalar(rgb), Imgproc.FILLED);
    Imgproc.ellipse(ids, centre, axes, 0, 0, 360, new Scalar(id), Imgproc.FILLED);
  }

  /** Paints over the picture alone, as light, dirt and shade do: the label map stays as it is. */
  public void tint(int y, int x, int height, int width, int rgb, double opacity) {
    Rect rect = clip(y, x, height, width);
    if (rect.width == 0 || rect.height == 0) {
      return;
    }
    Mat part = color.submat(rect);
    Mat paint = new Mat(part.size(), part.type(), scalar(rgb));
    try {
      Core.addWeighted(part, 1 - opacity, paint, opacity, 0, part);
    } finally {
      paint.release();
      part.release();
    }
  }

  /**
   * Adds smooth texture and grain to the picture, the same for the same seed.
   *
   * @param grain standard deviation of the noise in grey levels, 0 to 255
   * @param cell side of the texture's blobs in px
   */
  public void texture(long seed, double grain, int cell) {
    Core.setRNGSeed((int) (seed ^ seed >>> 32));
    List<Mat> owned = new ArrayList<>();
    try {
      Mat fine = owned(owned, new Mat(color.size(), CvType.CV_16SC3));
      Core.randn(fine, 0, grain);
      Mat coarse =
          owned(
              owned,
              new Mat(
                  Math.max(2, size.height() / cell),
                  Math.max(2, size.width() / cell),
                  CvType.CV_16SC3));
      Core.randn(coarse, 0, 1.5 * grain);
      Mat blobs = owned(owned, new Mat());
      Imgproc.resize(coarse, blobs, color.size(), 0, 0, Imgproc.INTER_CUBIC);
      Mat sum = owned(owned, new Mat());
      Core.add(fine, blobs, sum);
      Core.add(color, sum, color, new Mat(), CvType.CV_8UC3);
    } finally {
      owned.forEach(Mat::release);
    }
  }

  /** Softens the picture as a lens does, with a Gaussian of that standard deviation in px. */
  public void soften(double sigma) {
    Imgproc.GaussianBlur(color, color, new Size(0, 0), sigma);
  }

  /** A copy of the picture. */
  public DecodedImage image() {
    ByteBuffer rgb = ByteBuffer.allocateDirect(Math.toIntExact(3 * size.pixels()));
    Mat target = new Mat(size.height(), size.width(), CvType.CV_8UC3, rgb);
    try {
      color.copyTo(target);
    } finally {
      target.release();
    }
    return new DecodedImage(size, rgb);
  }

  /** A copy of the label map. */
  public LabelMap labels() {
    byte[] bytes = new byte[Math.toIntExact(size.pixels())];
    ids.get(0, 0, bytes);
    return new LabelMap(size, bytes);
  }

  @Override
  public void close() {
    color.release();
    ids.release();
  }

  private Rect clip(int y, int x, int height, int width) {
    int top = Math.max(0, y);
    int left = Math.max(0, x);
    int bottom = Math.min(size.height(), y + height);
    int right = Math.min(size.width(), x + width);
    return new Rect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
  }

  private static Mat owned(List<Mat> all, Mat mat) {
    all.add(mat);
    return mat;
  }

  /** The canvas is RGB throughout, so the first channel is red. */
  private static Scalar scalar(int rgb) {
    return new Scalar(rgb >> 16 & 0xFF, rgb >> 8 & 0xFF, rgb & 0xFF);
  }
}
