package dev.flipside.api.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.api.problem.ApiProblem;
import dev.flipside.models.domain.RegionId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegionPathSegmentTest {
  @ParameterizedTest
  @ValueSource(strings = {"a.png", "train/0001TP_006690.png", "Straße 7/ü?#%.webp", "x"})
  void parse_ofToken_sameRegion(String image) {
    RegionId id = new RegionId(image, 4, 12);
    assertThat(RegionPathSegment.of(id)).matches("[A-Za-z0-9_-]+\\.4\\.12");
    assertThat(RegionPathSegment.parse(RegionPathSegment.of(id))).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "..1.2", "YQ.1", "YQ.-1.2", "Y!.1.2", "YQ.1.99999999999", "A.1.2"})
  void parse_noToken_isNotFound(String token) {
    assertThatThrownBy(() -> RegionPathSegment.parse(token))
        .isInstanceOf(ApiProblem.class)
        .hasMessageContaining("Take its ID from a selection");
  }
}
