package dev.flipside.tools.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Runs another program that does the same work, and reads what it measured of itself: the last line
 * it prints, JSON with {@code what}, {@code cpu_seconds_each}, {@code per_second} and {@code
 * peak_mib}.
 *
 * @param command program and arguments, as a shell reads them
 * @param steps steps the program makes
 */
public record ExternalProgramBench(String command, int steps) {
  /**
   * Linux counts the memory of the process that starts a program as that program's own peak. With
   * something left to do the shell starts the program from a process of its own, which is small.
   */
  private static final String AS_CHILD_OF_THE_SHELL = "\nexit $?";

  /**
   * Runs it to its end.
   *
   * @throws FlipsideException if it cannot be run, fails, or does not print such a line
   */
  public StepCost run() {
    String said;
    int exit;
    try {
      Process process =
          new ProcessBuilder("sh", "-c", command + AS_CHILD_OF_THE_SHELL)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      exit = process.waitFor();
    } catch (IOException e) {
      throw new FlipsideException("cannot run " + command + " (" + e.getMessage() + ")", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlipsideException("interrupted while " + command + " ran", e);
    }
    String last = said.substring(said.lastIndexOf('\n') + 1);
    if (exit != 0) {
      throw new FlipsideException(command + ": ended with exit code " + exit + ", expected 0");
    }
    return cost(last);
  }

  private StepCost cost(String line) {
    try {
      JsonNode json = new ObjectMapper().readTree(line);
      if (json != null && json.has("cpu_seconds_each") && json.has("per_second")) {
        return new StepCost(
            json.path("what").asText("peer"),
            steps,
            json.path("cpu_seconds_each").asDouble(),
            1 / json.path("per_second").asDouble(),
            json.path("peak_mib").asDouble(Double.NaN));
      }
    } catch (JsonProcessingException e) {
      // Falls through: text that is not JSON lacks the fields, too.
    }
    throw new FlipsideException(
        command
            + ": printed \""
            + line
            + "\" last, expected JSON with what, cpu_seconds_each, per_second and peak_mib");
  }
}
