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
 * A validated ONNX model in memory. Tensor data are views of the file content, so memory use is
 * about the size of the file. Immutable.
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
   * Reads and validates a model, including external tensors in its folder.
   *
   * @throws FlipsideException if the file does not exist, is not an ONNX model, or is refused
   *     because it could load code, read other files, or use excessive memory or time
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
   * Reads and validates a model from memory. External tensors are not allowed.
   *
   * @param content content of the file; not copied, must not be modified
   * @param name name of the model in error messages
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
    return new OnnxModelFile(
        OpsetUpgrade.of(whole).orElse(whole), name, inlined.isPresent() ? null : bytes);
  }

  /**
   * Wraps a model built in memory.
   *
   * @throws FlipsideException if the model fails the checks of {@link #read}
   */
  public static OnnxModelFile of(ModelProto proto) {
    String name = "model";
    ModelProto whole = ExternalTensors.inlined(proto, null, 0, name).orElse(proto);
    ModelCheck.require(whole, name);
    return new OnnxModelFile(OpsetUpgrade.of(whole).orElse(whole), name, null);
  }

  /**
   * Returns a modified model that keeps this model's name in error messages.
   *
   * @throws FlipsideException if the modified model fails the checks of {@link #read}
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

  /** Returns the model as protobuf. */
  public ModelProto proto() {
    return proto;
  }

  /**
   * Returns the version of the ai.onnx operators, at least 11: models of version 9 and 10 are
   * converted when they are read.
   *
   * @throws FlipsideException if the version is older than 9
   */
  public int opset() {
    long opset = opset(proto.getOpsetImportList(), 1);
    if (opset < OLDEST_OPSET || opset > Integer.MAX_VALUE) {
      throw new FlipsideException(
          name + ": opset " + opset + ", expected 9 or newer; export it again with opset 17");
    }
    return (int) opset;
  }

  /**
   * Returns the version of the ai.onnx operators in a list of imports, or {@code otherwise} if it
   * is not imported.
   */
  public static long opset(List<OperatorSetIdProto> imports, long otherwise) {
    return imports.stream()
        .filter(each -> each.getDomain().isEmpty() || each.getDomain().equals("ai.onnx"))
        .mapToLong(OperatorSetIdProto::getVersion)
        .findFirst()
        .orElse(otherwise);
  }

  /**
   * Returns the name used in error messages: the path of the file, or {@code model} for a model
   * built in memory.
   */
  public String name() {
    return name;
  }

  /** Returns the digest of the file content: {@code sha256:} and 64 hexadecimal digits. */
  public String digest() {
    String known = digest;
    if (known == null) {
      known = digest(bytes());
      digest = known;
    }
    return known;
  }

  /** Returns the content of a file that holds this model, external tensors included. */
  public byte[] content() {
    return bytes().toByteArray();
  }

  /** Returns the size of the file in bytes. */
  public long size() {
    return bytes != null ? bytes.size() : proto.getSerializedSize();
  }

  /** Returns the metadata value of a key; the first one if the key is repeated. */
  public Optional<String> metadata(String key) {
    return proto.getMetadataPropsList().stream()
        .filter(each -> each.getKey().equals(key))
        .findFirst()
        .map(StringStringEntryProto::getValue);
  }

  /**
   * Returns the model card stored in the metadata, or empty if there is none.
   *
   * @throws FlipsideException if the stored card is invalid
   */
  public Optional<ModelCard> card() {
    return metadata(ModelCard.METADATA_KEY)
        .map(json -> ModelCard.fromJson(json, name + ", metadata " + ModelCard.METADATA_KEY));
  }

  /** Returns a copy of the model with this card in its metadata. */
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
   * Writes the model atomically: to a temporary file in the same folder, flushed to disk, then
   * renamed over the target.
   *
   * @throws FlipsideException if the file cannot be written; the target is unchanged
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
