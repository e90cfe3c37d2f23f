package dev.flipside.scorer.inference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuntimeMessagesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Fatal error: com.x:Foo(-1) is not a registered function/op | operator com.x:Foo",
        "Could not find an implementation for Conv(11) node with name '/head/Conv' |"
            + " operator Conv of node \"/head/Conv\"",
        "Non-zero status code returned while running Reshape node. Name:'/a/Reshape' Status"
            + " Message: no | node \"/a/Reshape\" (Reshape) does not fit this image size",
        "Unsupported model IR version: 99, max supported IR version: 11 | IR version 99"
      })
  void explained_knownMessage_saysWhatWhereAndTheRemedy(String message, String expected) {
    assertThat(RuntimeMessages.explained(message))
        .contains(expected)
        .contains(";")
        .endsWith("(" + message + ")");
  }

  @Test
  void explained_otherMessage_isKept() {
    assertThat(RuntimeMessages.explained("out of paper")).isEqualTo("out of paper");
  }
}
