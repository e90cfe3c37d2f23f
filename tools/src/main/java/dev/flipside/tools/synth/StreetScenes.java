package dev.flipside.tools.synth;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.image.LabelledCanvas;
import java.util.SplittableRandom;

/**
 * Draws street scenes with their label maps in CamVid's classes: sky, buildings with windows,
 * trees, road with markings, pavement, fences, poles, signs, cars, pedestrians, bicyclists. The
 * same seed gives the same scene. Class frequencies are as uneven as on a real street: poles and
 * signs are a percent of the pixels, so that selection has something to find.
 *
 * @param size size of every scene, at least 48x64
 * @param seed seed of the whole set
 */
public record StreetScenes(ImageSize size, long seed) {
  private static final int SKY = 0;
  private static final int BUILDING = 1;
  private static final int POLE = 2;
  private static final int ROAD = 3;
  private static final int PAVEMENT = 4;
  private static final int TREE = 5;
  private static final int SIGN = 6;
  private static final int FENCE = 7;
  private static final int CAR = 8;
  private static final int PEDESTRIAN = 9;
  private static final int BICYCLIST = 10;
  private static final int VOID = ClassMap.CAMVID.ignoreIndex();

  /**
   * @throws IllegalArgumentException if the size is too small to show anything
   */
  public StreetScenes {
    if (size.height() < 48 || size.width() < 64) {
      throw new IllegalArgumentException("scene size " + size + ": expected at least 48x64");
    }
  }

  /** Draws scene number {@code index} onto a canvas of this set's size. */
  public void draw(int index, LabelledCanvas canvas) {
    new Scene(new SplittableRandom(seed * 0x9E3779B97F4A7C15L + index), canvas, size).draw();
  }

  /** One scene, painted from back to front. */
  private static final class Scene {
    private final SplittableRandom random;
    private final LabelledCanvas canvas;
    private final int height;
    private final int width;
    private final int horizon;
    private final int vanishing;
    private final double light;

    Scene(SplittableRandom random, LabelledCanvas canvas, ImageSize size) {
      this.random = random;
      this.canvas = canvas;
      this.height = size.height();
      this.width = size.width();
      this.horizon = (int) (height * between(0.38, 0.52));
      this.vanishing = (int) (width * between(0.38, 0.62));
      this.light = between(0.6, 1.1);
    }

    void draw() {
      sky();
      skyline();
      ground();
      for (int side = -1; side <= 1; side += 2) {
        roadside(side);
      }
      traffic();
      bonnet();
      for (int i = random.nextInt(3); i > 0; i--) {
        shade();
      }
      canvas.texture(random.nextLong(), between(4, 9), Math.max(2, height / 30));
      canvas.soften(between(0.4, 0.8));
    }

    private void sky() {
      int top = random.nextInt(4) == 0 ? 0xB8B8BC : 0x7FA6D8;
      for (int y = 0; y < height; y += 2) {
        canvas.rectangle(
            y, 0, 2, width, mix(top, 0xE8EEF4, Math.min(1, y / (double) horizon)), SKY);
      }
      for (int i = random.nextInt(4); i > 0; i--) {
        int y = random.nextInt(horizon);
        int x = random.nextInt(width);
        canvas.ellipse(y, x, height / 24, between(width / 12, width / 5), lit(0xF2F4F7), SKY);
      }
    }

    private void skyline() {
      int x = -random.nextInt(width / 8);
      while (x < width) {
        int wide = between(width / 10, width / 4);
        // Facades shrink towards the vanishing point.
        double near = Math.abs(x + wide / 2 - vanishing) / (double) width;
        int tall = (int) (horizon * Math.min(0.95, between(0.25, 0.55) + near));
        if (random.nextInt(5) == 0) {
          tree(horizon + height / 40, x + wide / 2, tall / 2);
        } else {
          building(horizon - tall, x, tall + height / 30, wide);
        }
        x += wide + (random.nextInt(6) == 0 ? width / 12 : 0);
      }
    }

    private void building(int y, int x, int tall, int wide) {
      int[] walls = {0x9A6B52, 0xB7A58C, 0x8C8C94, 0xC4B8A8, 0x6E5A50};
      int wall = lit(walls[random.nextInt(walls.length)]);
      canvas.rectangle(y, x, tall, wide, wall, BUILDING);
      int step = Math.max(4, height / 16);
      int glass = lit(random.nextBoolean() ? 0x3A4656 : 0xA8C0D0);
      for (int wy = y + step / 2; wy + step / 2 < y + tall - step / 2; wy += step) {
        for (int wx = x + step / 3; wx + step / 2 < x + wide; wx += step) {
          canvas.rectangle(wy, wx, step / 2, step / 2, glass, BUILDING);
        }
      }
    }

    private void ground() {
      int left = (int) (width * between(-0.35, 0.05));
      int right = (int) (width * between(0.95, 1.35));
      int narrow = Math.max(2, width / 40);
      canvas.rectangle(horizon, 0, height - horizon, width, lit(0xA09890), PAVEMENT);
      canvas.polygon(
          lit(0x5C5C60),
          ROAD,
          horizon,
          vanishing - narrow,
          horizon,
          vanishing + narrow,
          height,
          right,
          height,
          left);
      for (int i = 0; i < 6; i++) {
        double near = i / 6.0;
        double far = near + 0.07;
        canvas.polygon(
            lit(0xD8D8D0),
            ROAD,
            along(near),
            across(near, 0.0),
            along(near),
            across(near, 0.015),
            along(far),
            across(far, 0.015),
            along(far),
            across(far, 0.0));
      }
    }

    /** Row at a depth: 0 at the horizon, 1 at the lower edge. */
    private int along(double depth) {
      return (int) (horizon + (height - horizon) * depth * depth);
    }

    /** Column at a depth, {@code offset} widths of the image right of the road's middle. */
    private int across(double depth, double offset) {
      double middle = vanishing + (width / 2.0 - vanishing) * depth * depth;
      return (int) (middle + width * offset * depth * depth);
    }

    private void roadside(int side) {
      if (random.nextInt(3) == 0) {
        fence(side);
      }
      int things = between(2, 6);
      for (int i = 0; i < things; i++) {
        double depth = 0.35 + 0.5 * i / things + between(0.0, 0.1);
        int x = across(depth, side * between(0.55, 0.75));
        int y = along(depth);
        int tall = (int) (height * 0.75 * depth);
        switch (random.nextInt(5)) {
          case 0 -> tree(y, x, tall * 2 / 3);
          case 1 -> person(y, x, tall / 2, false);
          case 2 -> pole(y, x, tall, true);
          case 3 -> pole(y, x, tall, false);
          default -> person(y, x, tall / 2, random.nextInt(3) == 0);
        }
      }
    }

    private void fence(int side) {
      double offset = side * between(0.8, 1.0);
      int tall = height / 6;
      canvas.polygon(
          lit(0x6A6A50),
          FENCE,
          along(0.3) - tall / 3,
          across(0.3, offset),
          along(0.3),
          across(0.3, offset),
          along(0.95),
          across(0.95, offset),
          along(0.95) - tall,
          across(0.95, offset));
    }

    private void tree(int y, int x, int tall) {
      int trunk = Math.max(2, tall / 12);
      canvas.rectangle(y - tall, x - trunk / 2, tall, trunk, lit(0x5A4632), TREE);
      int crown = Math.max(3, tall / 4);
      for (int i = 0; i < 6; i++) {
        canvas.ellipse(
            y - tall + between(-crown / 2, crown / 2 + 1),
            x + between(-crown, crown + 1),
            crown,
            crown,
            lit(random.nextBoolean() ? 0x3E6B34 : 0x577F3C),
            TREE);
      }
    }

    private void pole(int y, int x, int tall, boolean sign) {
      int thick = Math.max(2, tall / 24);
      canvas.rectangle(y - tall, x, tall, thick, lit(0x707478), POLE);
      if (sign) {
        int r = Math.max(3, tall / 9);
        int[] plates = {0xC8202A, 0x1F4FA0, 0xE8C020};
        canvas.ellipse(
            y - tall + r, x + thick / 2, r, r, lit(plates[random.nextInt(plates.length)]), SIGN);
      }
    }

    private void person(int y, int x, int tall, boolean cycling) {
      int id = cycling ? BICYCLIST : PEDESTRIAN;
      int half = Math.max(1, tall / 6);
      int[] coats = {0x2C3E60, 0x8A2C2C, 0x303030, 0xB08A40, 0x3C6E5A};
      canvas.rectangle(y - tall / 2, x - half, tall / 2, 2 * half, lit(0x2A2C34), id);
      int coat = lit(coats[random.nextInt(coats.length)]);
      canvas.rectangle(y - tall * 7 / 8, x - half - 1, tall * 3 / 8, 2 * half + 2, coat, id);
      canvas.ellipse(y - tall * 15 / 16, x, Math.max(1, tall / 12), half, lit(0xC89878), id);
      if (cycling) {
        int wheel = Math.max(2, tall / 5);
        canvas.ellipse(y - wheel / 2, x - wheel, wheel, wheel / 2 + 1, lit(0x1C1C1C), id);
        canvas.ellipse(y - wheel / 2, x + wheel, wheel, wheel / 2 + 1, lit(0x1C1C1C), id);
      }
    }

    private void traffic() {
      int cars = random.nextInt(4);
      for (int i = 0; i < cars; i++) {
        double depth = 0.35 + 0.5 * i / cars + between(0.0, 0.12);
        car(along(depth), across(depth, between(-0.4, 0.4)), (int) (width * 0.4 * depth));
      }
    }

    private void car(int y, int x, int wide) {
      int tall = wide * 3 / 5;
      int[] paints = {0x902020, 0x204080, 0xC8CCD0, 0x282A2E, 0x50784C};
      int paint = lit(paints[random.nextInt(paints.length)]);
      canvas.rectangle(y - tall * 2 / 3, x - wide / 2, tall * 2 / 3, wide, paint, CAR);
      canvas.polygon(
          paint,
          CAR,
          y - tall * 2 / 3,
          x - wide / 2,
          y - tall,
          x - wide / 3,
          y - tall,
          x + wide / 3,
          y - tall * 2 / 3,
          x + wide / 2);
      canvas.rectangle(y - tall * 9 / 10, x - wide / 4, tall / 4, wide / 2, lit(0x2C3844), CAR);
      int tyre = Math.max(1, wide / 8);
      canvas.rectangle(y - tyre, x - wide / 2, 2 * tyre, tyre, 0x141414, CAR);
      canvas.rectangle(y - tyre, x + wide / 2 - tyre, 2 * tyre, tyre, 0x141414, CAR);
    }

    /** The recording car itself: void, as in the real data. */
    private void bonnet() {
      if (random.nextInt(3) == 0) {
        canvas.ellipse(
            height + height / 40, width / 2, height / 12, width / 2, lit(0x30343A), VOID);
      }
    }

    private void shade() {
      int wide = between(width / 8, width / 2);
      canvas.tint(
          horizon + random.nextInt(height / 4),
          between(-wide / 2, width),
          between(height / 20, height / 5),
          wide,
          0x101418,
          between(0.15, 0.35));
    }

    private int lit(int rgb) {
      return light < 1 ? mix(0x0A0C10, rgb, light) : mix(rgb, 0xFFFFFF, light - 1);
    }

    private double between(double low, double high) {
      return low + (high - low) * random.nextDouble();
    }

    private int between(int low, int high) {
      return low + random.nextInt(Math.max(1, high - low));
    }

    private static int mix(int from, int to, double share) {
      int rgb = 0;
      for (int shift = 16; shift >= 0; shift -= 8) {
        double level = (from >> shift & 0xFF) * (1 - share) + (to >> shift & 0xFF) * share;
        rgb |= (int) Math.round(level) << shift;
      }
      return rgb;
    }
  }
}
