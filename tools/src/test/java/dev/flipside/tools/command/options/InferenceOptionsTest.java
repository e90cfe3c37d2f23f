package dev.flipside.tools.command.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.scorer.inference.ExecutionProvider;
import dev.flipside.scorer.inference.GpuSelection;
import dev.flipside.scorer.inference.Precision;
import dev.flipside.scorer.inference.SessionOptions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class InferenceOptionsTest {
  @Command(name = "probe")
  private static final class Probe implements Runnable {
    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private InferenceOptions inference = new InferenceOptions();

    @Override
    public void run() {}
  }

  private static SessionOptions parse(String... arguments) {
    Probe probe = new Probe();
    new CommandLine(probe)
        .registerConverter(ExecutionProvider.class, ExecutionProvider::parse)
        .registerConverter(Precision.class, Precision::parse)
        .parseArgs(arguments);
    return probe.inference.session(probe.common);
  }

  @Test
  void session_noDevice_isAutomaticOnAllGpus() {
    assertThat(parse().provider()).isEqualTo(ExecutionProvider.AUTO);
    assertThat(parse().gpus()).isEqualTo(GpuSelection.ALL);
  }

  @Test
  void session_device_decidesTheProvider() {
    assertThat(parse("--device", "cpu").provider()).isEqualTo(ExecutionProvider.CPU);
    assertThat(parse("--device", "cuda").provider()).isEqualTo(ExecutionProvider.CUDA);
    assertThat(parse("--device", "cuda:all").gpus()).isEqualTo(GpuSelection.ALL);
    assertThat(parse("--device", "cuda:1").gpus().indices()).isEqualTo(List.of(1));
    assertThat(parse("--device", "cuda:2,0").gpus().indices()).isEqualTo(List.of(2, 0));
  }

  @Test
  void session_deviceWithProvider_keepsTensorRt() {
    SessionOptions options = parse("--device", "cuda:1", "--provider", "tensorrt");

    assertThat(options.provider()).isEqualTo(ExecutionProvider.TENSORRT);
    assertThat(options.gpus().indices()).isEqualTo(List.of(1));
  }

  @Test
  void session_deviceContradictsProvider_isRefused() {
    assertThatThrownBy(() -> parse("--device", "cuda:1", "--provider", "cpu"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("device cuda:1 contradicts provider cpu");
    assertThatThrownBy(() -> parse("--device", "cpu", "--provider", "cuda"))
        .hasMessageContaining("device cpu contradicts provider cuda");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "cuda:", "cuda:-1", "cuda:1,1", "cuda:x", "cuda1", "CPU"})
  void session_unknownDevice_isRefused(String device) {
    assertThatThrownBy(() -> parse("--device", device))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("expected");
  }
}
