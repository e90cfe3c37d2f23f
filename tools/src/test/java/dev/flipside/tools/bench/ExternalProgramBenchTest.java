package dev.flipside.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import org.junit.jupiter.api.Test;

class ExternalProgramBenchTest {
  @Test
  void run_lastLineIsWhatItMeasured_costOfAStep() {
    String line =
        "{\"what\":\"peer\",\"per_second\":0.5,\"cpu_seconds_each\":3.25,\"peak_mib\":100.5}";
    StepCost cost = child(line, 0).run();
    assertThat(cost).isEqualTo(new StepCost("peer", 7, 3.25, 2, 100.5));
    assertThat(cost.toJson())
        .isEqualTo(
            "{\"what\":\"peer\",\"steps\":7,\"cpu_seconds_each\":3.2500,"
                + "\"seconds_each\":2.0000,\"per_second\":0.5000,\"peak_mib\":100.5}");
  }

  @Test
  void run_otherOutputOrFailure_fails() {
    assertThatThrownBy(() -> child("done", 0).run())
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("printed \"done\" last");
    assertThatThrownBy(() -> child("{}", 3).run())
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("exit code 3");
    assertThatThrownBy(() -> new ExternalProgramBench("no-such-program-at-all", 1).run())
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("no-such-program-at-all: ended with exit code 127");
  }

  private static ExternalProgramBench child(String says, int exit) {
    return new ExternalProgramBench("echo warming up; echo '" + says + "'; exit " + exit, 7);
  }
}
