package dev.flipside.tools.results;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.SegmentationClass;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What a run is, as {@code run.json} says it.
 *
 * @param title heading of the report
 * @param command the command that repeats the run
 * @param dataset name of a data set that published results exist for, for example {@code camvid};
 *     empty for any other
 * @param versions what it ran on, by name: {@code flipside, java, onnxruntime, libtorch, machine,
 *     started}; those that are not known are left out
 * @param facts settings by name, in the order to show them
 * @param classes classes of the task in the order of their ids
 * @param strategies names of the arms in the order to show them
 * @param seeds seeds that each arm runs with
 * @param budgets shares of the regions, fractions, that a network is measured at; may be empty
 * @param arms what each strategy does; may be empty
 */
public record RunDescription(
    String title,
    String command,
    String dataset,
    Map<String, String> versions,
    Map<String, String> facts,
    List<SegmentationClass> classes,
    List<String> strategies,
    List<Long> seeds,
    List<Double> budgets,
    List<ArmDescription> arms) {
  private static final List<String> VERSIONS =
      List.of("flipside", "java", "onnxruntime", "libtorch", "convolutions", "machine", "started");

  /** Copies what it is given. */
  public RunDescription {
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    classes = List.copyOf(classes);
    strategies = List.copyOf(strategies);
    seeds = List.copyOf(seeds);
    budgets = List.copyOf(budgets);
    arms = List.copyOf(arms);
  }

  /**
   * Writes {@code run.json}.
   *
   * @throws FlipsideException if the file cannot be written
   */
  public void write(Path file) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    json.put("title", title);
    json.put("command", command);
    if (!dataset.isEmpty()) {
      json.put("dataset", dataset);
    }
    versions.forEach(json::put);
    ObjectNode settings = json.putObject("facts");
    facts.forEach(settings::put);
    ArrayNode all = json.putArray("classes");
    classes.forEach(each -> all.addObject().put("name", each.name()).put("color", each.hexColor()));
    strategies.forEach(json.putArray("strategies")::add);
    seeds.forEach(json.putArray("seeds")::add);
    budgets.forEach(json.putArray("budgets")::add);
    ArrayNode described = json.putArray("arms");
    arms.forEach(each -> each.write(described.addObject()));
    AtomicFile.write(file, json.toPrettyString() + "\n");
  }

  /**
   * Reads {@code run.json}; what it leaves out is empty.
   *
   * @throws FlipsideException if there is no such file or it says something else
   */
  public static RunDescription read(Path file) {
    JsonFile json = JsonFile.read(file);
    Map<String, String> versions = new LinkedHashMap<>();
    for (String name : VERSIONS) {
      if (json.has(name)) {
        versions.put(name, json.at(name).text());
      }
    }
    return new RunDescription(
        json.at("title").textOr("Simulated campaign"),
        json.at("command").textOr(""),
        json.at("dataset").textOr(""),
        versions,
        json.at("facts").members(),
        json.at("classes").list(RunDescription::segmentationClass),
        json.at("strategies").list(JsonFile::text),
        json.at("seeds").list(JsonFile::integer),
        json.at("budgets").list(JsonFile::number),
        json.at("arms").list(ArmDescription::of));
  }

  /**
   * The same run; what it does not say of classes, strategies and seeds is as they were measured.
   */
  RunDescription completedBy(CsvTable results) {
    List<String> names = Measurement.classNames(results.header());
    return new RunDescription(
        title,
        command,
        dataset,
        versions,
        facts,
        classes.isEmpty() && !names.isEmpty() ? named(names) : classes,
        strategies.isEmpty() ? distinct(results, row -> row.text("strategy")) : strategies,
        seeds.isEmpty() ? distinct(results, row -> row.integer("seed")) : seeds,
        budgets,
        arms);
  }

  private static List<SegmentationClass> named(List<String> names) {
    List<SegmentationClass> colors = ClassMap.unnamed(names.size()).classes();
    return IntStream.range(0, names.size())
        .mapToObj(id -> new SegmentationClass(names.get(id), colors.get(id).color()))
        .toList();
  }

  private static <T> List<T> distinct(CsvTable results, Function<CsvTable.Row, T> value) {
    return results.rows().stream().map(value).distinct().toList();
  }

  private static SegmentationClass segmentationClass(JsonFile json) {
    JsonFile color = json.at("color");
    String text = color.text();
    if (!text.matches("#[0-9a-fA-F]{6}")) {
      throw color.wrong("a colour such as #804080");
    }
    return new SegmentationClass(json.at("name").text(), Integer.parseInt(text.substring(1), 16));
  }
}
