package dev.flipside.tools.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path folder;

  @Test
  void open_moreThanWasCommitted_cutsItBack() throws IOException {
    Path file = folder.resolve("journal");
    Journal journal = Journal.open(file, 0);
    journal.append("committed ä\n");
    long committed = journal.length();
    journal.append("not com");

    Journal again = Journal.open(file, committed);
    again.append("next\n");

    assertThat(Files.readString(file)).isEqualTo("committed ä\nnext\n");
  }

  @Test
  void open_lessThanWasCommitted_refusesAndLeavesTheFile() throws IOException {
    Path file = Files.writeString(folder.resolve("journal"), "abc");

    assertThatThrownBy(() -> Journal.open(file, 4))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("3 bytes")
        .hasMessageContaining("at least 4");
    assertThat(Files.readString(file)).isEqualTo("abc");
  }
}
