package dev.flipside.tools.bench;

import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.scoring.ScoringGraph;
import dev.flipside.models.scoring.ScoringRequest;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Measures what it takes to make a scoring graph of a model, the first time in this process; no
 * runtime is started.
 *
 * @param request what the graph is to score
 */
public record GraftBench(ScoringRequest request) {
  /**
   * What it took.
   *
   * @param mib size of the extended model
   * @param openSeconds reading and checking the file and settling its card
   * @param graftSeconds following its shapes, extending its graph and writing that as the runtime
   *     takes it
   * @param cpuSeconds of all processors, for both
   * @param peakMib most memory of the process so far, the virtual machine's own included
   */
  public record Cost(
      double mib, double openSeconds, double graftSeconds, double cpuSeconds, double peakMib) {
    /** As JSON on one line. */
    public String toJson() {
      return String.format(
          Locale.ROOT,
          "{\"what\":\"graft\",\"mib\":%.1f,\"open_seconds\":%.3f,\"graft_seconds\":%.3f,"
              + "\"cpu_seconds\":%.3f,\"peak_mib\":%.0f}",
          mib,
          openSeconds,
          graftSeconds,
          cpuSeconds,
          peakMib);
    }
  }

  /**
   * Opens and grafts once.
   *
   * @param open opens the model
   * @throws dev.flipside.models.domain.FlipsideException if it cannot be opened or grafted
   */
  public Cost run(Supplier<LoadedModel> open) {
    ProcessClock clock = new ProcessClock();
    clock.start();
    LoadedModel model = open.get();
    double opened = clock.seconds();
    byte[] bytes = ScoringGraph.graft(model.file(), model.card(), request).proto().toByteArray();
    double grafted = clock.seconds();
    return new Cost(
        bytes.length / 1048576.0,
        opened,
        grafted - opened,
        clock.cpuSeconds(),
        ProcessMemory.peakMib());
  }
}
