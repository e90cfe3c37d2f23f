package dev.flipside.tools.simulation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.models.vocab.SegmentationClass;
import dev.flipside.scorer.inference.ExecutionProviders;
import dev.flipside.trainer.Versions;
import java.time.Instant;
import java.util.Map;

/**
 * What the report tells about a run besides its results.
 *
 * @param title heading of the report
 * @param command what repeats the run
 * @param facts settings by name, in order of appearance
 * @param plan what is run
 * @param data what it is run with
 * @param started when it was begun
 */
record RunInfo(
    String title,
    String command,
    Map<String, String> facts,
    SimulationPlan plan,
    SimulationData data,
    Instant started) {
  private static final ObjectMapper JSON = new ObjectMapper();

  ObjectNode json(String begun) {
    ObjectNode json = JSON.createObjectNode();
    json.put("title", title);
    json.put("command", command);
    json.put("flipside", Versions.flipside());
    json.put("java", Runtime.version().toString());
    json.put("onnxruntime", ExecutionProviders.runtimeVersion());
    json.put("libtorch", Versions.all().get("pytorch"));
    json.put("machine", machine());
    json.put("started", begun);
    ObjectNode settings = json.putObject("facts");
    facts.forEach(settings::put);
    ArrayNode classes = json.putArray("classes");
    for (SegmentationClass each : data.classes().classes()) {
      classes.addObject().put("name", each.name()).put("color", each.hexColor());
    }
    ArrayNode strategies = json.putArray("strategies");
    plan.strategies().forEach(each -> strategies.add(each.toString()));
    ArrayNode seeds = json.putArray("seeds");
    plan.seeds().forEach(seeds::add);
    ArrayNode budgets = json.putArray("budgets");
    plan.budgets().marks().forEach(budgets::add);
    return json;
  }

  private static String machine() {
    return System.getProperty("os.name")
        + " "
        + System.getProperty("os.arch")
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " processors";
  }
}
