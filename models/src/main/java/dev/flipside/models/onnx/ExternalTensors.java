package dev.flipside.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Loads tensors that a model stores in external files into the model itself. Only reads files below
 * the model's folder, by relative paths without symbolic links, and only the byte ranges that the
 * shapes require.
 */
final class ExternalTensors {
  private static final int DEEPEST_GRAPH = 32;

  private final @Nullable Path folder;
  private long room;

  private ExternalTensors(@Nullable Path folder, long room) {
    this.folder = folder;
    this.room = room;
  }

  /**
   * Returns the model with all external tensors loaded, or empty if it has none.
   *
   * @param folder folder of the model file, null if external files are not allowed
   * @param size size of the model file in bytes
   * @throws FlipsideException if an external file is missing, outside the folder, or does not match
   *     the shape of its tensor
   */
  static Optional<ModelProto> inlined(
      ModelProto model, @Nullable Path folder, long size, String name) {
    try {
      if (!any(model.getGraph(), 0)) {
        return Optional.empty();
      }
      ExternalTensors tensors = new ExternalTensors(folder, Integer.MAX_VALUE - 8L - size);
      return Optional.of(model.toBuilder().setGraph(tensors.inlined(model.getGraph())).build());
    } catch (RefusedModelException e) {
      throw new FlipsideException(name + ": refused: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new FlipsideException(name + ": cannot read the weights beside it: " + e, e);
    }
  }

  private static boolean any(GraphProto graph, int depth) {
    if (depth > DEEPEST_GRAPH) {
      throw new RefusedModelException("graphs within graphs, deeper than " + DEEPEST_GRAPH);
    }
    if (graph.getInitializerList().stream().anyMatch(Tensors::isExternal)) {
      return true;
    }
    for (NodeProto node : graph.getNodeList()) {
      for (AttributeProto attribute : node.getAttributeList()) {
        if ((attribute.hasT() && Tensors.isExternal(attribute.getT()))
            || attribute.getTensorsList().stream().anyMatch(Tensors::isExternal)
            || Subgraphs.of(attribute).stream().anyMatch(body -> any(body, depth + 1))) {
          return true;
        }
      }
    }
    return false;
  }

  private GraphProto inlined(GraphProto graph) throws IOException {
    GraphProto.Builder copy = graph.toBuilder();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      if (Tensors.isExternal(graph.getInitializer(i))) {
        copy.setInitializer(i, inlined(graph.getInitializer(i)));
      }
    }
    for (int i = 0; i < graph.getNodeCount(); i++) {
      NodeProto.Builder node = copy.getNodeBuilder(i);
      for (int k = 0; k < node.getAttributeCount(); k++) {
        AttributeProto.Builder attribute = node.getAttributeBuilder(k);
        if (attribute.hasT() && Tensors.isExternal(attribute.getT())) {
          attribute.setT(inlined(attribute.getT()));
        }
        for (int t = 0; t < attribute.getTensorsCount(); t++) {
          if (Tensors.isExternal(attribute.getTensors(t))) {
            attribute.setTensors(t, inlined(attribute.getTensors(t)));
          }
        }
        if (attribute.hasG()) {
          attribute.setG(inlined(attribute.getG()));
        }
        for (int g = 0; g < attribute.getGraphsCount(); g++) {
          attribute.setGraphs(g, inlined(attribute.getGraphs(g)));
        }
      }
    }
    return copy.build();
  }

  private TensorProto inlined(TensorProto tensor) throws IOException {
    Map<String, String> where = new HashMap<>();
    for (StringStringEntryProto each : tensor.getExternalDataList()) {
      where.put(each.getKey(), each.getValue());
    }
    String what = Tensors.named(tensor);
    long length = Tensors.expectedBytes(tensor);
    Path file = resolve(what, where.getOrDefault("location", ""));
    long offset = number(what, "offset", where.getOrDefault("offset", "0"));
    long stated = number(what, "length", where.getOrDefault("length", Long.toString(length)));
    if (stated != length) {
      throw new RefusedModelException(
          what
              + " of shape "
              + tensor.getDimsList()
              + " lies in "
              + stated
              + " bytes of "
              + file.getFileName()
              + ", expected "
              + length);
    }
    if (length > room) {
      throw new RefusedModelException(
          "its weights are 2 GiB or larger together, the limit of the ONNX format; save them as"
              + " float16");
    }
    room -= length;
    return tensor.toBuilder()
        .clearExternalData()
        .clearDataLocation()
        .setRawData(read(what, file, offset, (int) length))
        .build();
  }

  private static ByteString read(String what, Path file, long offset, int length)
      throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      if (offset > channel.size() - length) {
        throw new RefusedModelException(
            what
                + " lies at bytes "
                + offset
                + " to "
                + (offset + length)
                + " of "
                + file.getFileName()
                + ", which has "
                + channel.size());
      }
      ByteBuffer bytes = ByteBuffer.allocate(length);
      channel.position(offset);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // Loop until the range is complete; a file that was truncated meanwhile is detected below.
      }
      if (bytes.hasRemaining()) {
        throw new IOException(file + " ends early");
      }
      return UnsafeByteOperations.unsafeWrap(bytes.flip());
    }
  }

  /** Returns a file below the model's folder that is not reached through a symbolic link. */
  private Path resolve(String what, String location) throws IOException {
    String told = what + " lies in the file \"" + location + "\"";
    if (folder == null) {
      throw new RefusedModelException(
          told + ", and a single file is expected; save the model with its weights inside");
    }
    Path relative;
    try {
      relative = Path.of(location);
    } catch (InvalidPathException e) {
      throw new RefusedModelException(told + ", which is no file name");
    }
    if (location.isBlank()
        || relative.isAbsolute()
        || relative.getRoot() != null
        || location.indexOf('\\') >= 0
        || location.indexOf(':') >= 0) {
      throw new RefusedModelException(told + ", expected a path within the folder of the model");
    }
    Path file = folder;
    for (Path part : relative) {
      if (part.toString().equals("..")) {
        throw new RefusedModelException(told + ", which leaves the folder of the model");
      }
      file = file.resolve(part);
      if (Files.isSymbolicLink(file)) {
        throw new RefusedModelException(told + ", which goes through a symbolic link");
      }
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new RefusedModelException(
          told + ", which is not there; keep the weights beside the model");
    }
    if (!file.toRealPath().startsWith(folder.toRealPath())) {
      throw new RefusedModelException(told + ", which leaves the folder of the model");
    }
    return file;
  }

  private static long number(String what, String key, String text) {
    if (!text.matches("\\d{1,18}")) {
      throw new RefusedModelException(
          what + " has " + key + " \"" + text + "\", expected a number");
    }
    return Long.parseLong(text);
  }
}
