package dev.flipside.api.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadTest {
  @TempDir Path folder;

  @Test
  void receive_bodyWithinLimit_isFileUntilClosed() throws IOException {
    try (Upload upload = Upload.receive(body(100), folder, ".png", 100)) {
      assertThat(upload.file()).hasSize(100).hasParent(folder);
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void receive_bodyAboveLimit_isTooLargeAndLeavesNothing() {
    assertThatThrownBy(() -> Upload.receive(body(101), folder, ".png", 100))
        .isInstanceOfSatisfying(
            ApiProblem.class, e -> assertThat(e.type()).isEqualTo(ProblemType.TOO_LARGE));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void receive_emptyBody_isRefused() {
    assertThatThrownBy(() -> Upload.receive(body(0), folder, ".png", 100))
        .isInstanceOf(ApiProblem.class)
        .hasMessageContaining("no body");
  }

  @Test
  void receive_bodyBreaksOff_leavesNothing() {
    InputStream cut =
        new FilterInputStream(InputStream.nullInputStream()) {
          @Override
          public int read(byte[] target, int from, int length) throws IOException {
            throw new IOException("connection closed");
          }
        };
    InputStream broken = new SequenceInputStream(body(10), cut);
    assertThatThrownBy(() -> Upload.receive(broken, folder, ".png", 100))
        .isInstanceOf(IOException.class);
    assertThat(folder).isEmptyDirectory();
  }

  private static InputStream body(int bytes) {
    return new ByteArrayInputStream(new byte[bytes]);
  }
}
