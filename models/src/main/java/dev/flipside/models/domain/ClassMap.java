package dev.flipside.models.domain;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The classes of a segmentation task, in the order of their IDs, and the ignore index. All label
 * files, masks and losses use this ignore index.
 *
 * @param classes classes 0 to C-1, 1 to 255 of them, with distinct names
 * @param ignoreIndex ID of void or unlabelled pixels in label maps, 0 to 255, not a class ID
 * @param flipPermutation for each class the class that replaces it in a mirrored image (for example
 *     left and right hand); the identity if no class depends on the side
 */
public record ClassMap(
    List<SegmentationClass> classes, int ignoreIndex, List<Integer> flipPermutation) {

  /**
   * Street scenes of 360x480 in 11 classes (Brostow et al. 2009, as used by SegNet); 11 is void.
   */
  public static final ClassMap CAMVID =
      of(
          11,
          new SegmentationClass("Sky", 0x808080),
          new SegmentationClass("Building", 0x800000),
          new SegmentationClass("Pole", 0xC0C080),
          new SegmentationClass("Road", 0x804080),
          new SegmentationClass("Pavement", 0x3C28DE),
          new SegmentationClass("Tree", 0x808000),
          new SegmentationClass("SignSymbol", 0xC08080),
          new SegmentationClass("Fence", 0x404080),
          new SegmentationClass("Car", 0x400080),
          new SegmentationClass("Pedestrian", 0x404000),
          new SegmentationClass("Bicyclist", 0x0080C0));

  /**
   * The 19 training classes of Cityscapes in the order of their trainId; the ignore index is 255.
   */
  public static final ClassMap CITYSCAPES =
      of(
          255,
          new SegmentationClass("road", 0x804080),
          new SegmentationClass("sidewalk", 0xF423E8),
          new SegmentationClass("building", 0x464646),
          new SegmentationClass("wall", 0x66669C),
          new SegmentationClass("fence", 0xBE9999),
          new SegmentationClass("pole", 0x999999),
          new SegmentationClass("traffic light", 0xFAAA1E),
          new SegmentationClass("traffic sign", 0xDCDC00),
          new SegmentationClass("vegetation", 0x6B8E23),
          new SegmentationClass("terrain", 0x98FB98),
          new SegmentationClass("sky", 0x4682B4),
          new SegmentationClass("person", 0xDC143C),
          new SegmentationClass("rider", 0xFF0000),
          new SegmentationClass("car", 0x00008E),
          new SegmentationClass("truck", 0x000046),
          new SegmentationClass("bus", 0x003C64),
          new SegmentationClass("train", 0x005064),
          new SegmentationClass("motorcycle", 0x0000E6),
          new SegmentationClass("bicycle", 0x770B20));

  /**
   * @throws IllegalArgumentException if there are no or more than 255 classes, names repeat, the
   *     ignore index is a class ID, or the flip permutation is not its own inverse
   */
  public ClassMap {
    classes = List.copyOf(classes);
    flipPermutation = List.copyOf(flipPermutation);
    int count = classes.size();
    if (count < 1 || count > 255) {
      throw new IllegalArgumentException("class map: " + count + " classes, expected 1 to 255");
    }
    Set<String> names = new HashSet<>();
    for (SegmentationClass each : classes) {
      if (!names.add(each.name())) {
        throw new IllegalArgumentException(
            "class map: two classes are named \"" + each.name() + "\", expected distinct names");
      }
    }
    if (ignoreIndex < count || ignoreIndex > 255) {
      throw new IllegalArgumentException(
          "class map: ignore index "
              + ignoreIndex
              + ", expected "
              + count
              + " to 255, outside of the class ids 0 to "
              + (count - 1));
    }
    requireInvolution(flipPermutation, count);
  }

  /** Creates a class map in which no class depends on the side. */
  public static ClassMap of(int ignoreIndex, SegmentationClass... classes) {
    List<Integer> identity = new ArrayList<>();
    for (int id = 0; id < classes.length; id++) {
      identity.add(id);
    }
    return new ClassMap(List.of(classes), ignoreIndex, identity);
  }

  /**
   * Creates a class map with the names {@code class 0}, {@code class 1}, …, distinct colors, and
   * the ignore index 255.
   *
   * @throws IllegalArgumentException if the count is not 1 to 255
   */
  public static ClassMap unnamed(int count) {
    if (count < 1 || count > 255) {
      throw new IllegalArgumentException("class map: " + count + " classes, expected 1 to 255");
    }
    SegmentationClass[] classes = new SegmentationClass[count];
    for (int id = 0; id < count; id++) {
      classes[id] = new SegmentationClass("class " + id, defaultColor(id));
    }
    return of(255, classes);
  }

  /**
   * Returns a copy with another ignore index.
   *
   * @throws IllegalArgumentException if it is a class ID or exceeds 255
   */
  public ClassMap withIgnoreIndex(int index) {
    return new ClassMap(classes, index, flipPermutation);
  }

  /** Returns the number of classes C. */
  public int count() {
    return classes.size();
  }

  /** Returns whether mirroring an image swaps classes. */
  public boolean swapsUnderFlip() {
    for (int id = 0; id < flipPermutation.size(); id++) {
      if (flipPermutation.get(id) != id) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the color of a class for which none is given. Golden-ratio steps over the hues keep
   * consecutive IDs distinct.
   */
  public static int defaultColor(int id) {
    double hue = id * 0.618033988749895 % 1 * 6;
    int rgb = 0;
    for (int channel = 0; channel < 3; channel++) {
      double distance = Math.abs((hue + 4 - 2 * channel) % 6 - 3) - 1;
      double level = 0.3 + 0.55 * Math.max(0, Math.min(1, distance));
      rgb = rgb << 8 | (int) Math.round(255 * level);
    }
    return rgb;
  }

  private static void requireInvolution(List<Integer> permutation, int count) {
    if (permutation.size() != count) {
      throw new IllegalArgumentException(
          "class map: flip permutation of " + permutation.size() + " ids, expected " + count);
    }
    for (int id = 0; id < count; id++) {
      int mirrored = permutation.get(id);
      if (mirrored < 0 || mirrored >= count || permutation.get(mirrored) != id) {
        throw new IllegalArgumentException(
            "class map: flip permutation "
                + permutation
                + " takes class "
                + id
                + " to "
                + mirrored
                + ", expected a permutation of 0 to "
                + (count - 1)
                + " that undoes itself");
      }
    }
  }
}
