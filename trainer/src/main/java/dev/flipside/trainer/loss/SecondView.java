package dev.flipside.trainer.loss;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.scoring.Transformation;
import java.util.Locale;
import java.util.SplittableRandom;

/** The transformations that the second view may have in training (EquAL, Table 2). */
public enum SecondView {
  /** Horizontal flip, the default. */
  HORIZONTAL_FLIP {
    @Override
    public Transformation draw(long seed) {
      return new Transformation.HorizontalFlip();
    }
  },
  /** Vertical flip. */
  VERTICAL_FLIP {
    @Override
    public Transformation draw(long seed) {
      return new Transformation.VerticalFlip();
    }
  },
  /** Counter-clockwise rotation by 90 degrees. */
  ROTATION_90 {
    @Override
    public Transformation draw(long seed) {
      return new Transformation.Rotation(90);
    }
  },
  /** Rotation by 180 degrees. */
  ROTATION_180 {
    @Override
    public Transformation draw(long seed) {
      return new Transformation.Rotation(180);
    }
  },
  /** Translation by 16 px in one of four directions, another one in each step. */
  TRANSLATION {
    @Override
    public Transformation draw(long seed) {
      return Transformation.Translation.alongOneAxis(new SplittableRandom(seed));
    }
  },
  /** Translation by 16 px along both axes, in another direction in each step. */
  DIAGONAL_TRANSLATION {
    @Override
    public Transformation draw(long seed) {
      return Transformation.Translation.alongBothAxes(new SplittableRandom(seed));
    }
  };

  /** Distance of the translations, px. */
  public static final int TRANSLATION_PX = Transformation.Translation.PX;

  /** Returns whether pixels of an image of a size stay in the frame. */
  public boolean fits(ImageSize size) {
    boolean moves = this == TRANSLATION || this == DIAGONAL_TRANSLATION;
    return !moves || Math.min(size.height(), size.width()) > TRANSLATION_PX;
  }

  /** Returns the transformation of a step. */
  public abstract Transformation draw(long seed);

  /** Returns the name in plans and options, such as {@code vertical-flip}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
