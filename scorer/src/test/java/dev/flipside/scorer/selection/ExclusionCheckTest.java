package dev.flipside.scorer.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExclusionCheckTest {
  private static final RegionGrid GRID = new RegionGrid(new ImageSize(4, 4), 2, 2);

  @ParameterizedTest
  @CsvSource({"./a/b.png", "a//b.png", ".//a/./b.png", "././a/b.png", "a/b.png"})
  void taken_otherSpelling_isExcluded(String spelled) {
    SelectionRules rules = SelectionRules.NONE.excluding(List.of(new RegionId(spelled, 1, 0)));

    assertThat(rules.taken("a/b.png", GRID).stream().boxed()).containsExactly(2);
    assertThat(rules.taken("./a/b.png", GRID).cardinality()).isEqualTo(1);
    assertThat(rules.fingerprint())
        .isEqualTo(
            SelectionRules.NONE.excluding(List.of(new RegionId("a/b.png", 1, 0))).fingerprint());
  }

  @ParameterizedTest
  @CsvSource({"../a.png", "a..png", ".a.png", "/a.png", "a/.b.png"})
  void normal_otherNames_stay(String name) {
    assertThat(ImageIds.normal(name)).isEqualTo(name);
  }

  @Test
  void warning_imagesThatWereNotScored_countsThem() {
    SelectionRules rules =
        SelectionRules.NONE.excluding(
            List.of(
                new RegionId("./a.png", 0, 0),
                new RegionId("pool/b.png", 0, 0),
                new RegionId("pool/b.png", 0, 1),
                new RegionId("pool/c.png", 0, 0)));
    ExclusionCheck check = new ExclusionCheck(rules);

    check.saw("a.png");
    check.saw("b.png");

    assertThat(check.warning().orElseThrow())
        .startsWith(
            "excluded regions are of images that the scores do not have: 2 images, first"
                + " pool/b.png");
  }

  @Test
  void warning_allSeen_isNone() {
    ExclusionCheck check =
        new ExclusionCheck(SelectionRules.NONE.excluding(List.of(new RegionId("a.png", 0, 0))));

    check.saw("./a.png");

    assertThat(check.warning()).isEmpty();
    assertThat(new ExclusionCheck(SelectionRules.NONE).warning()).isEmpty();
  }
}
