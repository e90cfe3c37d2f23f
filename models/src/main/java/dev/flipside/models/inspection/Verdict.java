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
        + (card.input().pixels().isColor() ? card.input().channels() : card.input().pixels())
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
    int most = input.pixels().bits() == 8 ? 255 : 65535;
    if (input.type() == TensorType.UINT8 || (plain && input.scale() == 1)) {
      return "0-" + most;
    }
    boolean unit = Math.abs(input.scale() * most - 1) < 1e-4;
    return (unit ? "0-1" : "scaled by " + input.scale()) + (plain ? "" : " normalized");
  }
}
