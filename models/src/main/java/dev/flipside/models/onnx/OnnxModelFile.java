package dev.flipside.models.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.errorprone.annotations.concurrent.LazyInit;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX model in memory, checked. Its constants are views into the bytes of the file, so that a
 * model of 132 MB takes 132 MB. Immutable.
 */
public final class OnnxModelFile {
  private static final long OLDEST_OPSET = 11;

  private final ModelProto proto;
  private final String name;
  @LazyInit private @Nullable ByteString bytes;
  @LazyInit private @Nullable String digest;

  private OnnxModelFile(ModelProto proto, String name, @Nullable ByteString bytes) {
    this.proto = proto;
    this.name = name;
    this.bytes = bytes;
  }

  /**
   * Reads and checks a model; tensors kept in other files of its folder are read with it.
   *
   * @throws FlipsideException if there is no such file, it is not an ONNX model, or it asks for
   *     something that a model from a stranger may not; names the reason
   */
  public static OnnxModelFile read(Path file) {
    byte[] content;
    try {
      if (Files.isDirectory(file)) {
        throw new FlipsideException(file + ": a folder, expected an ONNX model file");
      }
      long size = Files.size(file);
      if (size > Integer.MAX_VALUE - 8) {
        throw new FlipsideException(
            file
                + ": "
                + size
                + " bytes, expected less than 2 GiB, the limit of the ONNX file format; save the"
                + " weights as float16");
      }
      content = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new FlipsideException(file + ": no such model file", e);
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot read the model: " + e.getMessage(), e);
    }
    return parse(content, file.toString(), file.toAbsolutePath().getParent());
  }

  /**
   * Reads and checks a model from memory; it may not have files beside it.
   *
   * @param content the bytes of the file, not copied, not to be changed
   * @param name what errors call it
   * @throws FlipsideException as {@link #read(Path)}
   */
  public static OnnxModelFile read(byte[] content, String name) {
    return parse(content, name, null);
  }

  private static OnnxModelFile parse(byte[] content, String name, @Nullable Path folder) {
    ByteString bytes = UnsafeByteOperations.unsafeWrap(content);
    ModelProto parsed = parse(bytes, name);
    Optional<ModelProto> inlined = ExternalTensors.inlined(parsed, folder, content.length, name);
    ModelProto whole = inlined.orElse(parsed);
    ModelCheck.require(whole, name);
    return new OnnxModelFile(whole, name, inlined.isPresent() ? null : bytes);
  }

  /**
   * A model built in memory.
   *
   * @throws FlipsideException if it fails the checks of {@link #read}
   */
  public static OnnxModelFile of(ModelProto proto) {
    String name = "model";
    ModelProto whole = ExternalTensors.inlined(proto, null, 0, name).orElse(proto);
    ModelCheck.require(whole, name);
    return new OnnxModelFile(whole, name, null);
  }

  /**
   * Another form of this model; errors call it by the same name.
   *
   * @throws FlipsideException if it fails the checks of {@link #read}
   */
  public OnnxModelFile with(ModelProto changed) {
    ModelCheck.require(changed, name);
    return new OnnxModelFile(changed, name, null);
  }

  private static ModelProto parse(ByteString bytes, String name) {
    ModelProto proto;
    try {
      CodedInputStream input = bytes.newCodedInput();
      input.enableAliasing(true);
      proto = ModelProto.parseFrom(input);
    } catch (IOException e) {
      throw new FlipsideException(
          name + ": not an ONNX model (" + e.getMessage() + "); expected a file that ends in .onnx",
          e);
    }
    if (!proto.hasGraph() || proto.getGraph().getNodeCount() == 0) {
      throw new FlipsideException(name + ": not an ONNX model: it holds no graph");
    }
    return proto;
  }

  /** The model as protobuf. */
  public ModelProto proto() {
    return proto;
  }

  /**
   * Version of the ai.onnx operators.
   *
   * @throws FlipsideException if it is older than 11
   */
  public int opset() {
    long opset = opset(proto.getOpsetImportList(), 1);
    if (opset < OLDEST_OPSET || opset > Integer.MAX_VALUE) {
      throw new FlipsideException(
          name + ": opset " + opset + ", expected 11 or newer; export it again with opset 17");
    }
    return (int) opset;
  }

  /** The version of the ai.onnx operators among imports, another number if they are not there. */
  public static long opset(List<OperatorSetIdProto> imports, long otherwise) {
    return imports.stream()
        .filter(each -> each.getDomain().isEmpty() || each.getDomain().equals("ai.onnx"))
        .mapToLong(OperatorSetIdProto::getVersion)
        .findFirst()
        .orElse(otherwise);
  }

  /** What errors call this model: its path, or {@code model} for one built in memory. */
  public String name() {
    return name;
  }

  /** {@code sha256:} and 64 hexadecimal digits, of the bytes of the file. */
  public String digest() {
    String known = digest;
    if (known == null) {
      known = digest(bytes());
      digest = known;
    }
    return known;
  }

  /** Size of the file in bytes. */
  public long size() {
    return bytes != null ? bytes.size() : proto.getSerializedSize();
  }

  /** What the model tells under a key of its metadata, the first where it tells several. */
  public Optional<String> metadata(String key) {
    return proto.getMetadataPropsList().stream()
        .filter(each -> each.getKey().equals(key))
        .findFirst()
        .map(StringStringEntryProto::getValue);
  }

  /**
   * The card inside the model, empty if it has none.
   *
   * @throws FlipsideException if there is one that cannot be read
   */
  public Optional<ModelCard> card() {
    return metadata(ModelCard.METADATA_KEY)
        .map(json -> ModelCard.fromJson(json, name + ", metadata " + ModelCard.METADATA_KEY));
  }

  /** The same model with this card inside. */
  public OnnxModelFile withCard(ModelCard card) {
    ModelProto.Builder builder = proto.toBuilder().clearMetadataProps();
    for (StringStringEntryProto each : proto.getMetadataPropsList()) {
      if (!each.getKey().equals(ModelCard.METADATA_KEY)) {
        builder.addMetadataProps(each);
      }
    }
    builder.addMetadataProps(
        StringStringEntryProto.newBuilder().setKey(ModelCard.METADATA_KEY).setValue(card.toJson()));
    return new OnnxModelFile(builder.build(), name, null);
  }

  /**
   * Writes the model whole: to a temporary file beside the target, flushed to the disk, then moved
   * over the target in one step.
   *
   * @throws FlipsideException if the file cannot be written; the target is then as it was
   */
  public void write(Path file) {
    AtomicFile.write(
        file,
        channel -> {
          for (ByteBuffer part : bytes().asReadOnlyByteBufferList()) {
            AtomicFile.writeAll(channel, part);
          }
        });
  }

  private ByteString bytes() {
    ByteString known = bytes;
    if (known == null) {
      known = proto.toByteString();
      bytes = known;
    }
    return known;
  }

  private static String digest(ByteString bytes) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      bytes.asReadOnlyByteBufferList().forEach(sha256::update);
      return "sha256:" + HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
