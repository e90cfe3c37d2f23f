package dev.flipside.models.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClassMapTest {
  private static final SegmentationClass LEFT = new SegmentationClass("left", 1);
  private static final SegmentationClass RIGHT = new SegmentationClass("right", 2);

  @Test
  void builtIn_camvidAndCityscapes_haveTheirClassesAndVoid() {
    assertThat(ClassMap.CAMVID.count()).isEqualTo(11);
    assertThat(ClassMap.CAMVID.ignoreIndex()).isEqualTo(11);
    assertThat(ClassMap.CITYSCAPES.count()).isEqualTo(19);
    assertThat(ClassMap.CITYSCAPES.ignoreIndex()).isEqualTo(255);
    assertThat(ClassMap.CAMVID.swapsUnderFlip()).isFalse();
  }

  @Test
  void new_sidesThatSwap_isAnInvolution() {
    assertThat(new ClassMap(List.of(LEFT, RIGHT), 255, List.of(1, 0)).swapsUnderFlip()).isTrue();
    assertThatThrownBy(
            () ->
                new ClassMap(
                    List.of(LEFT, RIGHT, new SegmentationClass("c", 3)), 255, List.of(1, 2, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("undoes itself");
  }

  @Test
  void new_ignoreIndexThatIsAClass_isRefused() {
    assertThatThrownBy(() -> ClassMap.of(1, LEFT, RIGHT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ignore index 1");
  }

  @Test
  void unnamed_manyClasses_haveDistinctNamesAndColors() {
    ClassMap classes = ClassMap.unnamed(150);

    assertThat(classes.classes().stream().map(SegmentationClass::color).distinct().count())
        .isGreaterThan(140);
    assertThatThrownBy(() -> ClassMap.unnamed(256)).isInstanceOf(IllegalArgumentException.class);
  }
}
