package dev.flipside.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.scoring.Transformation;
import dev.flipside.trainer.engine.Torch;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ViewTransformTest {
  private static final ClassMap CLASSES = ClassMap.unnamed(2);

  @Test
  void apply_smallImage_asByHand() {
    // 1 2 3
    // 4 5 6
    assertThat(applied(new Transformation.HorizontalFlip())).containsExactly(3, 2, 1, 6, 5, 4);
    assertThat(applied(new Transformation.VerticalFlip())).containsExactly(4, 5, 6, 1, 2, 3);
    assertThat(applied(new Transformation.Rotation(180))).containsExactly(6, 5, 4, 3, 2, 1);
    assertThat(applied(new Transformation.Rotation(90))).containsExactly(3, 6, 2, 5, 1, 4);
    assertThat(applied(new Transformation.Translation(1, 0))).containsExactly(1, 2, 3, 1, 2, 3);
    assertThat(applied(new Transformation.Translation(0, -2))).containsExactly(3, 3, 3, 6, 6, 6);
  }

  private static float[] applied(Transformation view) {
    try (NDManager manager = Torch.manager(Device.cpu());
        ViewTransform transform = ViewTransform.open(CLASSES, manager)) {
      NDArray image = manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(1, 1, 2, 3));
      return transform.apply(image, view).toFloatArray();
    }
  }

  @ParameterizedTest
  @EnumSource
  void undo_ofTheView_isWhatTheViewShowsOfTheImage(SecondView kind) {
    for (long seed = 0; seed < 8; seed++) {
      Transformation view = kind.draw(seed);
      try (NDManager manager = Torch.manager(Device.cpu());
          ViewTransform transform = ViewTransform.open(CLASSES, manager)) {
        NDArray image = manager.arange(2 * 2 * 24 * 40f).reshape(2, 2, 24, 40);

        NDArray undone = transform.undo(transform.apply(image, view), view);

        NDArray seen = transform.seen(image, 2, view);
        assertThat(undone.getShape()).isEqualTo(seen.getShape());
        assertThat(undone.toFloatArray()).containsExactly(seen.toFloatArray());
        assertThat(seen.size()).isGreaterThanOrEqualTo(2 * 2 * 8 * 24);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void of_equivariantNetwork_consistencyIsZeroAndBothViewsHaveOneCrossEntropy(SecondView kind) {
    LossOptions options = LossOptions.EQUAL.withView(kind);
    Transformation view = kind.draw(3);
    try (NDManager manager = Torch.manager(Device.cpu());
        Objective objective = Objective.open(options, CLASSES, manager)) {
      NDArray images = manager.randomUniform(-1, 1, new Shape(2, 2, 24, 40));
      NDArray labels = manager.zeros(new Shape(2, 24, 40), DataType.INT64);

      // The identity is equivariant: logits are the input.
      NDList logits = objective.inputs(images, view);
      try (LossTerms loss = objective.of(logits, labels, view, 1, 1)) {
        assertThat(loss.values().consistency()).isZero();
        assertThat(loss.values().crossEntropy()).isPositive();
      }

      NDList wrong = new NDList();
      logits.forEach(each -> wrong.add(each.square()));
      NDList moved = objective.inputs(images, view);
      wrong.set(0, moved.size() == 1 ? half(moved.head(), wrong.head()) : moved.head());
      try (LossTerms loss = objective.of(wrong, labels, view, 1, 1)) {
        assertThat(loss.values().consistency()).isPositive();
      }
    }
  }

  /** The first half of one batch and the second half of another. */
  private static NDArray half(NDArray first, NDArray second) {
    long half = first.getShape().get(0) / 2;
    return first.get("0:{}", half).concat(second.get("{}:", half));
  }

  @Test
  void draw_translation_isInAllFourDirections() {
    Set<Transformation> drawn = new HashSet<>();
    for (long seed = 0; seed < 100; seed++) {
      drawn.add(SecondView.TRANSLATION.draw(seed));
    }
    assertThat(drawn)
        .containsExactlyInAnyOrderElementsOf(
            List.of(
                new Transformation.Translation(16, 0),
                new Transformation.Translation(-16, 0),
                new Transformation.Translation(0, 16),
                new Transformation.Translation(0, -16)));
  }

  @Test
  void seen_translationLargerThanTheImage_isRefused() {
    try (NDManager manager = Torch.manager(Device.cpu());
        ViewTransform transform = ViewTransform.open(CLASSES, manager)) {
      NDArray image = manager.zeros(new Shape(1, 1, 16, 40));
      assertThatThrownBy(() -> transform.seen(image, 2, new Transformation.Translation(16, 0)))
          .hasMessageContaining("no pixel stays in the frame");
    }
  }
}
