package dev.flipside.tools.command.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class CardOptionsTest {
  private final CardOptions.FactorConverter factor = new CardOptions.FactorConverter();

  @Test
  void factor_numberOrFraction_isParsed() {
    assertThat(factor.convert("0.25")).isEqualTo(0.25f);
    assertThat(factor.convert("1/255")).isEqualTo(1 / 255f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "1/", "1/0", "1/2/3"})
  void factor_anythingElse_isRefused(String text) {
    assertThatThrownBy(() -> factor.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("1/255");
  }
}
