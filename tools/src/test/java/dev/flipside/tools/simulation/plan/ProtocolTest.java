package dev.flipside.tools.simulation.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.trainer.TrainingPlan;
import dev.flipside.trainer.net.NetworkShape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProtocolTest {
  private static final TrainingPlan TRAINING =
      TrainingPlan.select(NetworkShape.ofDepth(18), new ImageSize(48, 64), 0);

  @Test
  void epochs_reference_oneAStepAndFiveAtEach30Percent() {
    Protocol protocol = new Protocol.Reference(TRAINING);
    List<Integer> epochs = new ArrayList<>();

    for (int labelled = 10; labelled <= 100; labelled += 10) {
      epochs.add(protocol.epochs(labelled - 10, labelled, 100));
    }

    assertThat(epochs).containsExactly(1, 1, 5, 1, 1, 5, 1, 1, 5, 1);
  }

  @Test
  void epochs_referenceWithMoreEpochs_multiplied() {
    Protocol protocol = new Protocol.Reference(TRAINING.toBuilder().epochs(2).build());

    assertThat(protocol.epochs(0, 29, 100)).isEqualTo(2);
    assertThat(protocol.epochs(29, 61, 100)).isEqualTo(10);
  }

  @Test
  void epochs_retrain_alwaysTheSame() {
    Protocol protocol = new Protocol.Retrain(TRAINING.toBuilder().epochs(7).build());

    assertThat(protocol.epochs(0, 30, 100)).isEqualTo(7);
    assertThat(protocol.carriesOver()).isFalse();
  }
}
