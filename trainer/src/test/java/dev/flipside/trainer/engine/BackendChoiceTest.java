package dev.flipside.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackendChoiceTest {
  private static final ConvolutionDeviation WRONG =
      new ConvolutionDeviation(ConvolutionShape.SELF_CHECK.get(0), 0.13, 0.14, 3e-7, 1e-7);

  private final Flags flags = new Flags();

  /** Records what is switched off. */
  private static final class Flags implements LibtorchFlags {
    private final List<String> disabled = new ArrayList<>();

    @Override
    public void disableOneDnn() {
      disabled.add("oneDNN");
    }

    @Override
    public void disableNnpack() {
      disabled.add("NNPACK");
    }
  }

  @Test
  void make_oneDnnRight_changesNothing() {
    BackendChoice choice = BackendChoice.make("auto", List::of, flags);

    assertThat(choice.backend()).isEqualTo(ConvolutionBackend.ONEDNN);
    assertThat(flags.disabled).isEmpty();
  }

  @Test
  void make_oneDnnWrong_switchesItOffAndSaysWhatWasWrong() {
    BackendChoice choice =
        BackendChoice.make(
            "auto", () -> flags.disabled.isEmpty() ? List.of(WRONG) : List.of(), flags);

    assertThat(choice.backend()).isEqualTo(ConvolutionBackend.NATIVE);
    assertThat(choice.reason())
        .contains("oneDNN computes wrong convolutions")
        .contains("2x19→19, kernel 3, stride 1")
        .contains("output off by 1.3e-01");
    assertThat(flags.disabled).containsExactly("oneDNN");
  }

  @Test
  void make_wrongWithoutOneDnnToo_noneAndTheRemedy() {
    BackendChoice choice = BackendChoice.make("auto", () -> List.of(WRONG), flags);

    assertThat(choice.backend()).isEqualTo(ConvolutionBackend.NONE);
    assertThat(choice.reason()).contains("wrong too").contains("ONEDNN_MAX_CPU_ISA=SSE41");
  }

  @Test
  void make_noSwitchInThisLibtorch_noneAndTheRemedy() {
    LibtorchFlags stripped =
        new LibtorchFlags() {
          @Override
          public void disableOneDnn() {
            throw new FlipsideException("libtorch_cpu.so has no setter");
          }

          @Override
          public void disableNnpack() {
            throw new FlipsideException("libtorch_cpu.so has no setter");
          }
        };

    BackendChoice choice = BackendChoice.make("auto", () -> List.of(WRONG), stripped);

    assertThat(choice.backend()).isEqualTo(ConvolutionBackend.NONE);
    assertThat(choice.reason())
        .contains("libtorch_cpu.so has no setter")
        .contains("ONEDNN_MAX_CPU_ISA=SSE41");
  }

  @Test
  void make_switchedOffByTheUser_isCheckedAllTheSame() {
    BackendChoice right = BackendChoice.make("off", List::of, flags);
    BackendChoice wrong = BackendChoice.make("off", () -> List.of(WRONG), flags);

    assertThat(right.backend()).isEqualTo(ConvolutionBackend.NATIVE);
    assertThat(right.reason()).isEqualTo("FLIPSIDE_ONEDNN=off");
    assertThat(wrong.backend()).isEqualTo(ConvolutionBackend.NONE);
  }

  @Test
  void make_unknownSetting_noneAndTheValues() {
    BackendChoice choice = BackendChoice.make("on", List::of, flags);

    assertThat(choice.backend()).isEqualTo(ConvolutionBackend.NONE);
    assertThat(choice.reason()).contains("FLIPSIDE_ONEDNN=on").contains("auto or off");
  }

  @Test
  void requireUsable_noBackendIsRight_refusesToTrain() {
    BackendChoice none = BackendChoice.make("auto", () -> List.of(WRONG), flags);

    assertThatThrownBy(none::requireUsable)
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("Cannot train on this CPU")
        .hasMessageContaining("ONEDNN_MAX_CPU_ISA=SSE41");
  }
}
