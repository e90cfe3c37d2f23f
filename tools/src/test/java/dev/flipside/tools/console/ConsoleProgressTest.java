package dev.flipside.tools.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void advance_notATerminal_writesAPlainLineEveryTenSeconds() {
    try (ConsoleProgress progress = progress(false)) {
      for (int second = 1; second <= 25; second++) {
        nanos.set(second * 1_000_000_000L);
        progress.advance(second, 50, "");
      }
    }

    assertThat(text())
        .isEqualTo(
            "Scoring  10/50 images, 1.0/s, 40 s left\nScoring  20/50 images, 1.0/s, 30 s left\n");
  }

  @Test
  void advance_terminal_redrawsOneLine() {
    try (ConsoleProgress progress = progress(true)) {
      nanos.set(1_000_000_000L);
      progress.advance(1, 2, "loss 0.5");
      nanos.set(1_000_000_001L);
      progress.advance(2, 2, "");
    }

    assertThat(text().chars().filter(c -> c == '\n').count()).as("ended lines").isEqualTo(1);
    assertThat(text()).contains("\rScoring  ████████████░░░░░░░░░░░░  1/2 images, 1.0/s, 1 s left");
    assertThat(text()).contains("2/2 images").endsWith("\n");
  }

  @Test
  void advance_unknownTotal_showsNeitherBarNorTimeLeft() {
    try (ConsoleProgress progress = progress(true)) {
      nanos.set(2_000_000_000L);
      progress.advance(6, 0, "5 refined, 1 of at most 40 images exact");
    }

    assertThat(text())
        .isEqualTo("\rScoring  6 images, 3.0/s, 5 refined, 1 of at most 40 images exact\n");
  }

  @Test
  void resumeAt_whatAnEarlierRunDid_doesNotCountInTheRate() {
    try (ConsoleProgress progress = progress(false)) {
      progress.resumeAt(100);
      nanos.set(10_000_000_000L);
      progress.advance(120, 160, "");
    }

    assertThat(text()).isEqualTo("Scoring  120/160 images, 2.0/s, 20 s left\n");
  }

  @Test
  void duration_secondsMinutesHours_readAsPeopleSay() {
    assertThat(ConsoleProgress.duration(8.4)).isEqualTo("8 s");
    assertThat(ConsoleProgress.duration(200)).isEqualTo("3 min 20 s");
    assertThat(ConsoleProgress.duration(7500)).isEqualTo("2 h 5 min");
  }

  private ConsoleProgress progress(boolean terminal) {
    return new ConsoleProgress(
        "Scoring",
        "images",
        new PrintStream(bytes, true, StandardCharsets.UTF_8),
        terminal,
        nanos::get);
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
