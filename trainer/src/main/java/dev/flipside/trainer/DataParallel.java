package dev.flipside.trainer;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.scoring.Transformation;
import dev.flipside.trainer.data.Batch;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.loss.LossTerms;
import dev.flipside.trainer.loss.LossValues;
import dev.flipside.trainer.loss.Objective;
import dev.flipside.trainer.net.SegmentationNetwork;
import dev.flipside.trainer.net.layer.Parameter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Data-parallel training on one or several devices. The images of a batch are distributed over the
 * devices. The loss of each part is weighted by its share of the labelled pixels and images of the
 * batch. Gradients are summed on the first device, which updates the weights. Batch normalization
 * uses the images of its own device; running statistics are those of the first.
 */
final class DataParallel implements AutoCloseable {
  private final Deque<AutoCloseable> owned = new ArrayDeque<>();
  private final List<Replica> replicas = new ArrayList<>();

  private record Replica(SegmentationNetwork network, Objective objective, NDManager manager) {}

  private DataParallel() {}

  /**
   * Creates a network with random initial weights on the first device and copies on the others.
   *
   * @param devices at least one; devices in excess of the batch size are not used
   */
  static DataParallel create(TrainingPlan plan, ClassMap classes, List<Device> devices) {
    DataParallel all = new DataParallel();
    for (Device device : devices.subList(0, Math.min(devices.size(), plan.batch()))) {
      SegmentationNetwork network =
          SegmentationNetwork.create(plan.network(), classes.count(), plan.seed(), device);
      all.owned.push(network);
      NDManager manager = Torch.manager(device);
      all.owned.push(manager);
      all.replicas.add(
          new Replica(network, Objective.open(plan.losses(), classes, manager), manager));
    }
    return all;
  }

  /** Returns the number of devices that a batch is distributed over. */
  int devices() {
    return replicas.size();
  }

  /** Returns the network that is updated. */
  SegmentationNetwork first() {
    return replicas.get(0).network();
  }

  /**
   * Computes the gradient of the total loss of a batch into the weights of the first network.
   *
   * @param view transformation of the second view
   * @param check called with the losses before the backward pass; may throw
   */
  LossValues differentiate(Batch batch, Transformation view, Consumer<LossValues> check) {
    int parts = Math.min(replicas.size(), batch.count());
    List<Batch> dealt = batch.deal(parts);
    double labelled = labelledMass(batch);
    Deque<AutoCloseable> scope = new ArrayDeque<>();
    LossValues values;
    try (GradientCollector gradients = Torch.engine().newGradientCollector()) {
      List<LossTerms> losses = new ArrayList<>();
      for (int i = 0; i < parts; i++) {
        // Start all devices before waiting for the first result.
        Share share = share(replicas.get(i), dealt.get(i), batch.count(), labelled);
        losses.add(forward(replicas.get(i), dealt.get(i), view, share, scope));
      }
      values = losses.stream().map(LossTerms::values).reduce(LossValues.ZERO, LossValues::plus);
      check.accept(values);
      gradients.backward(total(losses, scope));
    } finally {
      scope.forEach(DataParallel::close);
    }
    for (Replica each : replicas.subList(1, parts)) {
      gather(each.network());
    }
    return values;
  }

  /** See {@link Objective#labelledMass}. */
  double labelledMass(Batch batch) {
    return replicas.get(0).objective().labelledMass(batch.labels());
  }

  /** Shares of a part in the labelled pixels and in the images of a batch. */
  private record Share(double labelled, double images) {}

  private static Share share(Replica replica, Batch part, int images, double labelled) {
    double mass = replica.objective().labelledMass(part.labels());
    // A batch without labelled pixels has a loss of 0 whatever its share.
    return new Share(labelled == 0 ? 0 : mass / labelled, (double) part.count() / images);
  }

  private static LossTerms forward(
      Replica replica, Batch part, Transformation view, Share share, Deque<AutoCloseable> scope) {
    NDManager manager = push(scope, replica.manager().newSubManager());
    InputTensors input = push(scope, InputTensors.of(part, manager));
    NDList inputs = push(scope, replica.objective().inputs(input.images(), view));
    NDList logits = push(scope, new NDList());
    for (NDArray each : inputs) {
      logits.add(replica.network().forward(each, true));
    }
    return push(
        scope,
        replica.objective().of(logits, input.labels(), view, share.labelled(), share.images()));
  }

  /** Returns the sum of the parts, on the first device. */
  private NDArray total(List<LossTerms> losses, Deque<AutoCloseable> scope) {
    Device device = first().device();
    NDArray total = losses.get(0).total();
    for (LossTerms each : losses.subList(1, losses.size())) {
      NDArray moved = push(scope, each.total().toDevice(device, false));
      total = push(scope, total.add(moved));
    }
    return total;
  }

  /** Adds the gradients of a copy to those of the first network. */
  private void gather(SegmentationNetwork copy) {
    Device device = first().device();
    for (int i = 0; i < first().weights().size(); i++) {
      Parameter weight = first().weights().get(i);
      if (weight.trained()) {
        try (NDArray sum = weight.value().getGradient();
            NDArray own = copy.weights().get(i).value().getGradient();
            NDArray moved = own.toDevice(device, true)) {
          sum.addi(moved);
          // The engine adds to a gradient; only those of the first network are reset by the update.
          own.subi(own);
        }
      }
    }
  }

  /**
   * Returns whether every gradient in the first network is finite. Synchronizes with the device
   * once.
   */
  boolean gradientsFinite() {
    try (NDList sums = new NDList()) {
      for (Parameter each : first().weights()) {
        if (each.trained()) {
          try (NDArray gradient = each.value().getGradient()) {
            sums.add(gradient.sum());
          }
        }
      }
      try (NDArray all = NDArrays.stack(sums);
          NDArray sum = all.sum()) {
        return Float.isFinite(sum.getFloat());
      }
    }
  }

  /** Copies the weights of the first network to all copies. */
  void spread() {
    for (Replica each : replicas.subList(1, replicas.size())) {
      for (int i = 0; i < first().weights().size(); i++) {
        Torch.copy(first().weights().get(i).value(), each.network().weights().get(i).value());
      }
    }
  }

  private static <T extends AutoCloseable> T push(Deque<AutoCloseable> scope, T resource) {
    scope.push(resource);
    return resource;
  }

  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      throw new IllegalStateException("native memory could not be given back", e);
    }
  }

  @Override
  public void close() {
    owned.forEach(DataParallel::close);
    owned.clear();
  }
}
