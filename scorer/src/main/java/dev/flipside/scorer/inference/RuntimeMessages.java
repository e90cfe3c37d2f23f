package dev.flipside.scorer.inference;

import ai.onnxruntime.OrtException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Explains messages of ONNX Runtime: what, where in the graph, and the remedy. */
final class RuntimeMessages {
  private static final Pattern UNKNOWN_OPERATOR =
      Pattern.compile("(\\S+?)(?:\\(-?\\d+\\))? is not a registered function/op");
  private static final Pattern NOT_IMPLEMENTED =
      Pattern.compile(
          "Could not find an implementation for (\\S+?)\\(\\d+\\) node with name '(.*?)'");
  private static final Pattern FAILED_NODE =
      Pattern.compile("while running (\\w+) node\\. Name:'(.*?)'");

  /** Of ONNX Runtime's arenas on every device, the C++ library, CUDA, cuBLAS and cuDNN. */
  private static final Pattern MEMORY =
      Pattern.compile(
          "Failed to allocate memory|smaller than requested bytes|bad[ _]alloc|out of memory"
              + "|OUT_OF_MEMORY|ALLOC_FAILED",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern FORMAT_VERSION =
      Pattern.compile("IR version: (\\d+), max supported IR version: (\\d+)");

  private RuntimeMessages() {}

  /** Returns the exception for a failure, with the message of ONNX Runtime explained. */
  static InferenceException exception(String what, OrtException failure, String remedy) {
    String message = what + ": " + explained(failure.getMessage()) + remedy;
    return MEMORY.matcher(String.valueOf(failure.getMessage())).find()
        ? new InsufficientMemoryException(message, failure)
        : new InferenceException(message, failure);
  }

  /** Returns an explanation followed by the message itself; the message alone if none is known. */
  static String explained(@Nullable String message) {
    String original = String.valueOf(message);
    String explanation = explanation(original);
    return explanation.isEmpty() ? original : explanation + " (" + original + ")";
  }

  private static String explanation(String message) {
    if (MEMORY.matcher(message).find()) {
      return "not enough memory";
    }
    Matcher unknown = UNKNOWN_OPERATOR.matcher(message);
    if (unknown.find()) {
      return "ONNX Runtime does not know operator "
          + unknown.group(1)
          + " in this operator set; export the model with standard operators of opset 17";
    }
    Matcher missing = NOT_IMPLEMENTED.matcher(message);
    if (missing.find()) {
      return "ONNX Runtime cannot compute operator "
          + missing.group(1)
          + " of node \""
          + missing.group(2)
          + "\" for this type of numbers on this device; export the model as float32";
    }
    Matcher failed = FAILED_NODE.matcher(message);
    if (failed.find()) {
      return "node \""
          + failed.group(2)
          + "\" ("
          + failed.group(1)
          + ") does not fit this image size; if the model was exported for one size, score with it:"
          + " --size HxW";
    }
    Matcher version = FORMAT_VERSION.matcher(message);
    if (version.find()) {
      return "the file has IR version "
          + version.group(1)
          + ", ONNX Runtime reads up to "
          + version.group(2)
          + "; export it with an older version of onnx";
    }
    return "";
  }
}
