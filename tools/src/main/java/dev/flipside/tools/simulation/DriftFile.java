package dev.flipside.tools.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.scorer.rescoring.DriftingScores;
import dev.flipside.scorer.rescoring.DriftingScores.Pair;
import dev.flipside.scorer.scores.RegionScores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What lazy rescoring knows between two steps, as JSON; every number reads back as the same. */
final class DriftFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DriftFile() {}

  static void write(Path file, DriftingScores drifting) {
    ObjectNode json = JSON.createObjectNode();
    ArrayNode steps = json.putArray("memory");
    for (List<Pair> step : drifting.memory()) {
      ArrayNode pairs = steps.addArray();
      step.forEach(pair -> pairs.addArray().add(pair.carried()).add(pair.exact()));
    }
    ObjectNode scores = json.putObject("scores");
    for (RegionScores each : drifting.scores()) {
      ArrayNode values = scores.putArray(each.image());
      for (float value : each.scores()) {
        values.add(value);
      }
    }
    AtomicFile.write(file, json + "\n");
  }

  /**
   * Reads what was written.
   *
   * @param grid of all images
   * @throws FlipsideException if the file is missing or damaged
   */
  static DriftingScores read(Path file, RegionGrid grid) {
    try {
      JsonNode json = JSON.readTree(Files.readString(file));
      List<List<Pair>> memory = new ArrayList<>();
      for (JsonNode step : json.required("memory")) {
        List<Pair> pairs = new ArrayList<>();
        step.forEach(
            pair -> pairs.add(new Pair(pair.get(0).doubleValue(), pair.get(1).doubleValue())));
        memory.add(pairs);
      }
      List<RegionScores> scores = new ArrayList<>();
      json.required("scores")
          .properties()
          .forEach(
              each -> {
                float[] values = new float[each.getValue().size()];
                for (int i = 0; i < values.length; i++) {
                  values[i] = each.getValue().get(i).floatValue();
                }
                scores.add(new RegionScores(each.getKey(), grid, values));
              });
      return new DriftingScores(scores, memory);
    } catch (IOException | IllegalArgumentException e) {
      throw new FlipsideException(
          file + ": what earlier steps scored cannot be read (" + e + "); start anew elsewhere", e);
    }
  }
}
