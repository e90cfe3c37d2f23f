package dev.flipside.scorer.rescoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.scorer.scores.RegionScores;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CascadeJournalTest {
  private static final RegionGrid GRID = new RegionGrid(new ImageSize(2, 4), 2, 2);
  private static final RegionScores SCORES =
      new RegionScores("a.png", GRID, new float[] {0.25f, 0.5f});

  @TempDir private Path folder;

  @Test
  void close_openFiles_closesAllAndKeepsWhatTheyHold() throws IOException {
    CascadeJournal journal = opened(false);
    journal.accept(Fidelity.REFINED, SCORES);

    journal.close();

    for (Fidelity each : List.of(Fidelity.REFINED, Fidelity.EXACT)) {
      assertThatThrownBy(() -> journal.accept(each, SCORES))
          .isInstanceOf(ClosedChannelException.class);
    }
    try (CascadeJournal later = opened(true)) {
      assertThat(later.earlier(Fidelity.REFINED, "a.png")).hasValue(SCORES);
      assertThat(later.earlier(Fidelity.EXACT, "a.png")).isEmpty();
      assertThat(later.earlier(Fidelity.REFINED, "b.png")).isEmpty();
    }
  }

  @Test
  void closeAll_someFail_closesTheOthersAndThrowsTheFirstFailureWithTheOthersInIt() {
    List<String> closed = new ArrayList<>();
    IOException first = new IOException("first");
    IOException second = new IOException("second");
    List<Closeable> all =
        List.of(
            () -> closed.add("a"),
            () -> {
              throw first;
            },
            () -> closed.add("b"),
            () -> {
              throw second;
            },
            () -> closed.add("c"));

    assertThatThrownBy(() -> CascadeJournal.closeAll(all))
        .isSameAs(first)
        .hasSuppressedException(second);

    assertThat(closed).containsExactly("a", "b", "c");
  }

  private CascadeJournal opened(boolean resume) {
    CascadeJournal journal = new CascadeJournal();
    for (Fidelity each : List.of(Fidelity.REFINED, Fidelity.EXACT)) {
      journal.open(
          each,
          folder.resolve("scores." + each),
          new TreeMap<>(),
          resume,
          List.of("a.png", "b.png"));
    }
    return journal;
  }
}
