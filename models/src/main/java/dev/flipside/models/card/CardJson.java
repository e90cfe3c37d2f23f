package dev.flipside.models.card;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.SegmentationClass;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads and writes the JSON form of model cards and class maps, version 1. The JSON Schemas are
 * model-card.schema.json and class-map.schema.json.
 */
final class CardJson {
  static final int VERSION = 1;

  private static final int DEFAULT_IGNORE_INDEX = 255;

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              new JsonFactoryBuilder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(16)
                          .maxDocumentLength(1 << 20)
                          .maxNumberLength(64)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private CardJson() {}

  static String write(ModelCard card) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("flipsideCard", VERSION);
    root.set("classes", classes(card.classes()));
    root.set("input", input(card.input()));
    ObjectNode output = root.putObject("output");
    output.put("name", card.output().name());
    output.put("layout", JsonFields.word(card.output().layout()));
    output.put("meaning", JsonFields.word(card.output().meaning()));
    if (card.output().voidChannel() != null) {
      output.put("voidChannel", card.output().voidChannel());
    }
    if (card.output().queryClasses() != null) {
      output.put("queryClasses", card.output().queryClasses());
    }
    Provenance provenance = card.provenance();
    if (provenance != null) {
      ObjectNode node = root.putObject("provenance");
      node.put("producer", provenance.producer());
      node.put("dataDigest", provenance.dataDigest());
      node.put("seed", provenance.seed());
      provenance.plan().forEach(node.putObject("plan")::put);
      provenance.versions().forEach(node.putObject("versions")::put);
      node.put("created", provenance.created().toString());
    }
    if (card.licence() != null) {
      root.put("licence", card.licence());
    }
    return pretty(root);
  }

  static String write(ClassMap classes) {
    return pretty(classes(classes));
  }

  static ModelCard read(String json, String source) {
    JsonFields root = JsonFields.of(parse(json, source), source);
    int version = root.integer("flipsideCard");
    if (version != VERSION) {
      throw root.failure("flipsideCard", version + ", expected version " + VERSION);
    }
    JsonFields input = root.object("input");
    JsonFields output = root.object("output");
    ClassMap classes = classes(root.object("classes"));
    InputCard inputCard =
        input.checked(
            () ->
                new InputCard(
                    input.text("name"),
                    input.word("layout", TensorLayout.class),
                    input.word("type", TensorType.class),
                    input.word("channels", ChannelOrder.class),
                    input.number("scale"),
                    input.numbers("mean"),
                    input.numbers("std"),
                    SizeRules.read(input.object("size")),
                    pixels(input)));
    OutputCard outputCard =
        output.checked(
            () ->
                new OutputCard(
                    output.text("name"),
                    output.word("layout", TensorLayout.class),
                    output.word("meaning", OutputMeaning.class),
                    output.has("voidChannel") ? (Integer) output.integer("voidChannel") : null,
                    output.has("queryClasses") ? output.text("queryClasses") : null));
    Provenance provenance = root.has("provenance") ? provenance(root.object("provenance")) : null;
    String licence = root.has("licence") ? root.text("licence") : null;
    input.requireNothingElse();
    output.requireNothingElse();
    root.requireNothingElse();
    return root.checked(() -> new ModelCard(classes, inputCard, outputCard, provenance, licence));
  }

  /** Reads a class map file; colors and ignore index are optional. */
  static ClassMap readClasses(String json, String source) {
    return classes(JsonFields.of(parse(json, source), source), true);
  }

  private static ObjectNode classes(ClassMap classes) {
    ObjectNode node = MAPPER.createObjectNode();
    ArrayNode names = node.putArray("classes");
    for (SegmentationClass each : classes.classes()) {
      names.addObject().put("name", each.name()).put("color", each.hexColor());
    }
    node.put("ignoreIndex", classes.ignoreIndex());
    if (classes.swapsUnderFlip()) {
      classes.flipPermutation().forEach(node.putArray("flipPermutation")::add);
    }
    return node;
  }

  private static ClassMap classes(JsonFields fields) {
    return classes(fields, false);
  }

  private static ClassMap classes(JsonFields fields, boolean defaults) {
    List<SegmentationClass> classes = new ArrayList<>();
    List<JsonFields> all = fields.objects("classes");
    boolean colored = !defaults || all.stream().anyMatch(each -> each.has("color"));
    for (JsonFields each : all) {
      int id = classes.size();
      classes.add(
          each.checked(
              () ->
                  new SegmentationClass(
                      each.text("name"),
                      colored ? each.color("color") : ClassMap.defaultColor(id))));
      each.requireNothingElse();
    }
    int ignoreIndex =
        defaults && !fields.has("ignoreIndex")
            ? DEFAULT_IGNORE_INDEX
            : fields.integer("ignoreIndex");
    List<Integer> flip = new ArrayList<>();
    if (fields.has("flipPermutation")) {
      flip.addAll(fields.integers("flipPermutation"));
    } else {
      for (int id = 0; id < classes.size(); id++) {
        flip.add(id);
      }
    }
    fields.requireNothingElse();
    return fields.checked(() -> new ClassMap(classes, ignoreIndex, flip));
  }

  private static ObjectNode input(InputCard input) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("name", input.name());
    node.put("layout", JsonFields.word(input.layout()));
    node.put("type", JsonFields.word(input.type()));
    node.put("channels", JsonFields.word(input.channels()));
    if (!input.pixels().isColor()) {
      input.pixels().bands().forEach(node.putArray("bands")::add);
      node.put("bits", input.pixels().bits());
    }
    node.put("scale", input.scale());
    input.mean().forEach(node.putArray("mean")::add);
    input.std().forEach(node.putArray("std")::add);
    SizeRules.write(input.size(), node.putObject("size"));
    return node;
  }

  private static PixelFormat pixels(JsonFields input) {
    boolean told = input.has("bands");
    return told || input.has("bits")
        ? new PixelFormat(input.integers("bands"), input.integer("bits"))
        : PixelFormat.RGB;
  }

  private static Provenance provenance(JsonFields fields) {
    String created = fields.text("created");
    Instant instant;
    try {
      instant = Instant.parse(created);
    } catch (DateTimeParseException e) {
      throw fields.failure(
          "created", "\"" + created + "\", expected a time like 2021-11-22T09:00:00Z");
    }
    Provenance provenance =
        new Provenance(
            fields.text("producer"),
            fields.text("dataDigest"),
            fields.longInteger("seed"),
            texts(fields.object("plan")),
            texts(fields.object("versions")),
            instant);
    fields.requireNothingElse();
    return provenance;
  }

  private static SortedMap<String, String> texts(JsonFields fields) {
    SortedMap<String, String> texts = new TreeMap<>();
    for (String name : fields.names()) {
      texts.put(name, fields.text(name));
    }
    return texts;
  }

  private static JsonNode parse(String json, String source) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new FlipsideException(source + ": not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static String pretty(JsonNode node) {
    return node.toPrettyString();
  }
}
