package dev.flipside.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.FlipsideException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerBenchTest {
  @Test
  void run_lastLineIsWhatItMeasured_costOfAStep() {
    String line =
        "{\"what\":\"peer\",\"per_second\":0.5,\"cpu_seconds_each\":3.25,\"peak_mib\":100.5}";
    StepCost cost = child("warming up\n" + line + "\n", 0).run();
    assertThat(cost).isEqualTo(new StepCost("peer", 7, 3.25, 2, 100.5));
    assertThat(cost.toJson())
        .isEqualTo(
            "{\"what\":\"peer\",\"steps\":7,\"cpu_seconds_each\":3.2500,"
                + "\"seconds_each\":2.0000,\"peak_mib\":100.5}");
  }

  @Test
  void run_otherOutputOrFailure_fails() {
    assertThatThrownBy(() -> child("done", 0).run())
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("printed \"done\" last");
    assertThatThrownBy(() -> child("{}", 3).run())
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("exit code 3");
    assertThatThrownBy(() -> new PeerBench(List.of("no-such-program-at-all"), 1).run())
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("cannot run [no-such-program-at-all]");
  }

  private static PeerBench child(String says, int exit) {
    return new PeerBench(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            says,
            Integer.toString(exit)),
        7);
  }

  /** Says something and ends. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      System.out.print(args[0]);
      System.exit(Integer.parseInt(args[1]));
    }
  }
}
