package dev.flipside.models.inspection;

import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.ClassMap;

/** Sums up a model card in one line. */
final class Verdict {
  private Verdict() {}

  static String of(ModelCard card) {
    return classes(card.classes())
        + ", "
        + card.input().channels()
        + " "
        + values(card.input())
        + ", "
        + card.input().size()
        + ", "
        + MeaningGuess.word(card.output().meaning())
        + " `"
        + card.output().name()
        + "`";
  }

  private static String classes(ClassMap classes) {
    String known =
        classes.equals(ClassMap.CITYSCAPES)
            ? " (Cityscapes)"
            : classes.equals(ClassMap.CAMVID) ? " (CamVid)" : "";
    return classes.count() + (classes.count() == 1 ? " class" : " classes") + known;
  }

  private static String values(InputCard input) {
    boolean plain = input.isPlain();
    if (input.type() == TensorType.UINT8 || (plain && input.scale() == 1)) {
      return "0-255";
    }
    boolean unit = Math.abs(input.scale() * 255 - 1) < 1e-4;
    return (unit ? "0-1" : "scaled by " + input.scale()) + (plain ? "" : " normalized");
  }
}
