package dev.flipside.models.card;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.models.domain.ImageSize;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and writes size rules: in words, and as part of the JSON of a card. */
public final class SizeRules {
  static final String ROUND_DOWN = "round-down";

  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern COMMA = Pattern.compile(",");
  private static final String FORMS =
      "expected free, multiple of N, fixed HxW, or fit with HxW or shortest N or longest N, and"
          + " where the image lies, for example fit 640x640 center pad 114, or fit shortest 512"
          + " longest 2048 divisor 32 round-down stretch";

  private SizeRules() {}

  /**
   * Reads a rule in the words of its {@code toString}.
   *
   * @throws IllegalArgumentException if the text is not such a rule
   */
  public static SizeRule parse(String text) {
    List<String> words = SPACE.splitAsStream(text.strip().toLowerCase(Locale.ROOT)).toList();
    try {
      if (words.equals(List.of("free"))) {
        return SizeRule.FREE;
      }
      if (words.size() == 3 && words.subList(0, 2).equals(List.of("multiple", "of"))) {
        return new SizeRule.MultipleOf(Integer.parseInt(words.get(2)));
      }
      if (words.size() == 2 && words.get(0).equals("fixed")) {
        return new SizeRule.Fixed(ImageSize.parse(words.get(1)));
      }
      if (words.get(0).equals("fit")) {
        return fit(words.subList(1, words.size()).iterator());
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw new IllegalArgumentException("size rule \"" + text + "\": " + FORMS);
  }

  private static SizeRule fit(Iterator<String> words) {
    ImageSize within = null;
    int shortest = 0;
    int longest = 0;
    int divisor = 1;
    Placement placement = Placement.TOP_LEFT;
    Rounding rounding = Rounding.NEAREST;
    List<Float> pad = new ArrayList<>();
    Set<String> told = new HashSet<>();
    while (words.hasNext()) {
      String word = words.next();
      requireOnce(word, told);
      switch (word) {
        case "shortest" -> shortest = number(words);
        case "longest" -> longest = number(words);
        case "divisor" -> divisor = number(words);
        case "center" -> placement = Placement.CENTER;
        case "top-left" -> placement = Placement.TOP_LEFT;
        case "stretch" -> placement = Placement.STRETCH;
        case ROUND_DOWN -> rounding = Rounding.DOWN;
        case "pad" -> COMMA.splitAsStream(next(words)).map(Float::valueOf).forEach(pad::add);
        default -> within = ImageSize.parse(word);
      }
    }
    return new SizeRule.Fit(within, shortest, longest, divisor, placement, pad, rounding);
  }

  private static void requireOnce(String word, Set<String> told) {
    String means =
        switch (word) {
          case "shortest", "longest", "divisor", "pad", ROUND_DOWN -> word;
          case "center", "top-left", "stretch" -> "center, top-left or stretch";
          default -> "HxW";
        };
    if (!told.add(means)) {
      throw new IllegalArgumentException(
          "size rule: \"" + word + "\", but " + means + " is told before; expected once");
    }
  }

  private static int number(Iterator<String> words) {
    return Integer.parseInt(next(words));
  }

  private static String next(Iterator<String> words) {
    return words.hasNext() ? words.next() : "";
  }

  static void write(SizeRule rule, ObjectNode node) {
    if (rule instanceof SizeRule.MultipleOf multiple) {
      node.put("rule", "multiple-of").put("divisor", multiple.divisor());
    } else if (rule instanceof SizeRule.Fixed fixed) {
      node.put("rule", "fixed");
      write(fixed.size(), node);
    } else if (rule instanceof SizeRule.Fit fit) {
      node.put("rule", "fit");
      if (fit.within() != null) {
        write(fit.within(), node);
      }
      put(node, "shortest", fit.shortest(), 0);
      put(node, "longest", fit.longest(), 0);
      put(node, "divisor", fit.divisor(), 1);
      if (fit.rounding() != Rounding.NEAREST) {
        node.put("rounding", JsonFields.word(fit.rounding()));
      }
      node.put("placement", JsonFields.word(fit.placement()));
      if (!fit.pad().isEmpty()) {
        fit.pad().forEach(node.putArray("pad")::add);
      }
    } else {
      node.put("rule", "free");
    }
  }

  private static void write(ImageSize size, ObjectNode node) {
    node.put("height", size.height()).put("width", size.width());
  }

  private static void put(ObjectNode node, String name, int value, int usual) {
    if (value != usual) {
      node.put(name, value);
    }
  }

  static SizeRule read(JsonFields fields) {
    String rule = fields.text("rule");
    SizeRule read =
        fields.checked(
            () ->
                switch (rule) {
                  case "free" -> SizeRule.FREE;
                  case "multiple-of" -> new SizeRule.MultipleOf(fields.integer("divisor"));
                  case "fixed" -> new SizeRule.Fixed(size(fields));
                  case "fit" ->
                      new SizeRule.Fit(
                          sizeIfAny(fields),
                          integer(fields, "shortest", 0),
                          integer(fields, "longest", 0),
                          integer(fields, "divisor", 1),
                          fields.word("placement", Placement.class),
                          fields.has("pad") ? fields.numbers("pad") : List.of(),
                          fields.has("rounding")
                              ? fields.word("rounding", Rounding.class)
                              : Rounding.NEAREST);
                  default ->
                      throw fields.failure(
                          "rule", "\"" + rule + "\", expected free, multiple-of, fixed or fit");
                });
    fields.requireNothingElse();
    return read;
  }

  private static @Nullable ImageSize sizeIfAny(JsonFields fields) {
    boolean told = fields.has("height");
    return told || fields.has("width") ? size(fields) : null;
  }

  private static ImageSize size(JsonFields fields) {
    return new ImageSize(fields.integer("height"), fields.integer("width"));
  }

  private static int integer(JsonFields fields, String name, int usual) {
    return fields.has(name) ? fields.integer(name) : usual;
  }
}
