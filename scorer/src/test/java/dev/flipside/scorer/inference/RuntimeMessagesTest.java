package dev.flipside.scorer.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Non-zero status code returned while running Conv node. Name:'/a/Conv' Status Message:"
            + " bfc_arena.cc AllocateRawInternal Failed to allocate memory for requested buffer of"
            + " size 4294967296",
        "Available memory of 4 is smaller than requested bytes of 8",
        "CUDA failure 2: out of memory ; GPU=0",
        "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED",
        "std::bad_alloc"
      })
  void exception_notEnoughMemory_isTold(String message) {
    InferenceException told =
        RuntimeMessages.exception("the run failed", new OrtException(message), "; remedy");

    assertThat(told)
        .isInstanceOf(InsufficientMemoryException.class)
        .hasMessage("the run failed: not enough memory (" + message + "); remedy");
    assertThat(RuntimeMessages.exception("the run failed", new OrtException("no"), ""))
        .isNotInstanceOf(InsufficientMemoryException.class);
  }

  @Test
  void explained_otherMessage_isKept() {
    assertThat(RuntimeMessages.explained("out of paper")).isEqualTo("out of paper");
  }
}
