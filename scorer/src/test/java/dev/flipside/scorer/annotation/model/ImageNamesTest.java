package dev.flipside.scorer.annotation.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageNamesTest {
  private static Annotation annotation(ImageReference reference) {
    return new Annotation("?", reference, null, List.of(), List.of(), Map.of(), null);
  }

  private static String resolve(ImageReference reference, String... pool) {
    return resolveAll(List.of(reference), pool).get(0);
  }

  private static List<String> resolveAll(List<ImageReference> references, String... pool) {
    ImageNames names = new ImageNames();
    references.forEach(each -> names.want(annotation(each)));
    Arrays.stream(pool).forEach(names::offer);
    names.finish();
    return references.stream()
        .map(
            each -> {
              Annotation resolved = names.resolve(annotation(each));
              return resolved.fault() == null ? resolved.image() : resolved.fault().message();
            })
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "a.png,a.png|b/a.png,a.png",
    "a.png,b/a.png,b/a.png",
    "set/b/a.png,b/a.png,b/a.png",
    "b\\a.png,b/a.png,b/a.png",
    "b\\a.png,b\\a.png|b/a.png,b\\a.png",
    "../images/a.png,images/a.png,images/a.png"
  })
  void resolve_imageName_theOneThatIsMeant(String name, String pool, String image) {
    assertThat(resolve(ImageReference.image(name), pool.split("\\|"))).isEqualTo(image);
  }

  @Test
  void resolve_decomposedUnicode_isTheSame() {
    assertThat(resolve(ImageReference.image("u\u0308.png"), "\u00fc.png")).isEqualTo("\u00fc.png");
  }

  @Test
  void resolve_ambiguousOrUnknown_isRefusedByName() {
    assertThat(resolve(ImageReference.image("a.png"), "b/a.png", "c/a.png"))
        .contains("b/a.png", "c/a.png");
    assertThat(resolve(ImageReference.image("c/a.png"), "b/a.png")).startsWith("no image is named");
    assertThat(resolve(ImageReference.stem("x"), "x.png", "x.jpg")).contains("x.png", "x.jpg");
    assertThat(resolve(ImageReference.image("x"), "x.png")).startsWith("no image is named");
    assertThat(resolve(new ImageReference("c/a.png", false, true), "b/a.png")).isEqualTo("b/a.png");
  }

  @Test
  void resolve_stemAndFullName_areToldApart() {
    assertThat(resolve(ImageReference.stem("x.png"), "x.png", "x.jpg")).isEqualTo("x.png");
    assertThat(resolve(ImageReference.stem("x.png"), "x.png.jpg", "x.png")).isEqualTo("x.png");
    assertThat(resolve(ImageReference.stem("x.png"), "x.png.jpg", "y.png")).isEqualTo("x.png.jpg");
  }

  @Test
  void resolve_twoNamesOfOneImage_bothAreRefused() {
    assertThat(
            resolveAll(
                List.of(ImageReference.image("a.png"), ImageReference.image("set/a.png")), "a.png"))
        .allMatch(message -> message.contains("named in several ways"));
  }

  @Test
  void resolve_imageTwice_bothAreRefused() {
    assertThat(resolveAll(List.of(ImageReference.stem("a"), ImageReference.stem("a")), "a.png"))
        .allMatch(message -> message.contains("annotated 2 times"));
  }

  @Test
  void want_nameOfSeparators_isNoFlood() {
    assertThat(resolve(ImageReference.image("/a".repeat(1_000_000)), "a")).startsWith("no image");
  }
}
