package dev.flipside.tools.simulation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionFile;
import dev.flipside.tools.files.Folders;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * What an arm has done, on the disk, so that it can go on after its process was killed at any
 * instant. {@code state.json}, replaced whole after each round, says how long the journals are that
 * count ({@code selected.jsonl}, {@code results.csv}, {@code rescoring.csv}); weights and carried
 * scores are named by the round they belong to; everything else is made again from these.
 */
final class ArmFolder {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SELECTED = "selected.jsonl";
  private static final String RESULTS = "results.csv";
  private static final String RESCORING = "rescoring.csv";

  private final Path folder;
  private final Journal selected;
  private final Journal results;
  private final Journal rescoring;
  private State state;

  private ArmFolder(Path folder, State state) {
    this.folder = folder;
    this.state = state;
    this.selected = Journal.open(folder.resolve(SELECTED), state.selectedBytes);
    this.results = Journal.open(folder.resolve(RESULTS), state.resultsBytes);
    this.rescoring = Journal.open(folder.resolve(RESCORING), state.rescoringBytes);
  }

  /**
   * Opens the folder of an arm at its last committed round; a folder without one begins.
   *
   * @throws FlipsideException if the state is damaged or the folder cannot be written
   */
  static ArmFolder open(Path folder) {
    Folders.create(folder);
    Path file = folder.resolve("state.json");
    return new ArmFolder(folder, Files.exists(file) ? State.read(file) : State.START);
  }

  /** Returns all regions that an arm has selected, in order, if it has nothing left to do. */
  static Optional<List<SelectedRegion>> finishedSelection(Path folder) {
    Path file = folder.resolve("state.json");
    return Files.exists(file) && State.read(file).done()
        ? Optional.of(SelectionFile.read(folder.resolve(SELECTED)))
        : Optional.empty();
  }

  /** Rounds done: the number of the round to do next. */
  int round() {
    return state.round;
  }

  /** Regions that were labelled at the last training; 0 before the first. */
  long trainedOn() {
    return state.trainedOn;
  }

  /** What was spent on selecting since the last result. */
  Cost spent() {
    return state.spent;
  }

  /** Whether the arm has nothing left to do. */
  boolean done() {
    return state.done;
  }

  /** The regions selected so far, in order. */
  List<RegionId> selected() {
    return SelectionFile.read(folder.resolve(SELECTED)).stream().map(SelectedRegion::id).toList();
  }

  /** Adds a round's selection. */
  void select(int round, List<SelectedRegion> selection) {
    StringBuilder lines = new StringBuilder();
    for (SelectedRegion each : selection) {
      String line = SelectionFile.format(each);
      lines.append(line, 0, line.length() - 1).append(",\"round\":").append(round).append("}\n");
    }
    selected.append(lines.toString());
  }

  /** Adds lines to the arm's results; the first is the header. */
  void result(String header, String line) {
    results.append(results.length() == 0 ? header + line : line);
  }

  /** Adds a line on what was rescored; the first is the header. */
  void rescored(String header, String line) {
    rescoring.append(rescoring.length() == 0 ? header + line : line);
  }

  /** Where the scores that are carried on from a round belong. */
  Path carried(int round) {
    return folder.resolve("carried-" + round + ".json");
  }

  /** Where the weights after the training of a round belong. */
  Path weights(int round) {
    return folder.resolve("weights-" + round + ".safetensors");
  }

  /** A file of the arm. */
  Path file(String name) {
    return folder.resolve(name);
  }

  /** A folder of the arm, made where it is missing. */
  Path subfolder(String name) {
    return Folders.create(folder.resolve(name));
  }

  /**
   * Makes everything written so far count.
   *
   * @param round rounds done
   * @param trainedOn regions labelled at the last training
   * @param spent on selecting since the last result
   * @param done whether nothing is left to do
   */
  void commit(int round, long trainedOn, Cost spent, boolean done) {
    state =
        new State(
            round, trainedOn, spent, selected.length(), results.length(), rescoring.length(), done);
    state.write(folder.resolve("state.json"));
    sweep();
  }

  /** Deletes what no later round can need: older weights, checkpoints of finished trainings. */
  private void sweep() {
    int last = state.round - 1;
    deleteAll("weights-*.safetensors", done() ? folder : weights(last));
    deleteAll("carried-*.json", done() ? folder : carried(last));
    deleteAll(".*.tmp", folder);
    for (Path mark : list("mark-*")) {
      delete(mark.resolve("checkpoint.safetensors"));
    }
  }

  private void deleteAll(String glob, Path butNot) {
    for (Path each : list(glob)) {
      if (!each.equals(butNot)) {
        delete(each);
      }
    }
  }

  private List<Path> list(String glob) {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, glob)) {
      return StreamSupport.stream(found.spliterator(), false).toList();
    } catch (IOException e) {
      throw new FlipsideException(folder + ": cannot be read (" + e + ")", e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot be deleted (" + e + ")", e);
    }
  }

  /** The content of {@code state.json}. */
  private record State(
      int round,
      long trainedOn,
      Cost spent,
      long selectedBytes,
      long resultsBytes,
      long rescoringBytes,
      boolean done) {
    static final State START = new State(0, 0, Cost.NOTHING, 0, 0, 0, false);

    static State read(Path file) {
      try {
        JsonNode json = JSON.readTree(Files.readString(file));
        return new State(
            json.required("round").intValue(),
            json.required("trainedOn").longValue(),
            new Cost(
                json.required("trainSeconds").doubleValue(),
                json.required("scoreSeconds").doubleValue(),
                json.required("scoredImages").longValue()),
            json.required(SELECTED).longValue(),
            json.required(RESULTS).longValue(),
            json.required(RESCORING).longValue(),
            json.required("done").booleanValue());
      } catch (JsonProcessingException | IllegalArgumentException e) {
        throw new FlipsideException(
            file + ": not the state of an arm (" + e.getMessage() + "); start anew elsewhere", e);
      } catch (IOException e) {
        throw new FlipsideException(file + ": cannot be read (" + e + ")", e);
      }
    }

    void write(Path file) {
      ObjectNode json = JSON.createObjectNode();
      json.put("round", round);
      json.put("trainedOn", trainedOn);
      json.put("trainSeconds", spent.train());
      json.put("scoreSeconds", spent.score());
      json.put("scoredImages", spent.images());
      json.put(SELECTED, selectedBytes);
      json.put(RESULTS, resultsBytes);
      json.put(RESCORING, rescoringBytes);
      json.put("done", done);
      AtomicFile.write(file, json + "\n");
    }
  }
}
