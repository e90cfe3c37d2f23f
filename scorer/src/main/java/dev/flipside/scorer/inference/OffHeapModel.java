package dev.flipside.scorer.inference;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The serialized bytes of an ONNX model in direct memory, which the runtime reads without a copy. A
 * heap array would be copied once more, which takes half a second and 400 MB for a model of 132 MB.
 */
final class OffHeapModel implements AutoCloseable {
  /**
   * Frees the memory of a direct buffer. Before Java 22, it is otherwise only freed by the next
   * full garbage collection, which may never happen with a small heap. Empty if this Java version
   * does not allow it; the garbage collector then frees the memory.
   */
  private static final Optional<MethodHandle> FREE = findFree();

  private final ByteBuffer buffer;

  private OffHeapModel(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  /**
   * Serializes a model. The caller closes the returned object.
   *
   * @param model model of less than 2 GiB
   * @throws InferenceException if there is not enough memory
   */
  static OffHeapModel of(MessageLite model) {
    int size = model.getSerializedSize();
    ByteBuffer buffer;
    try {
      buffer = ByteBuffer.allocateDirect(size);
    } catch (OutOfMemoryError e) {
      throw new InferenceException(
          "no memory for the "
              + size
              + " bytes of the network; -XX:MaxDirectMemorySize in FLIPSIDE_JAVA_OPTS allows more",
          e);
    }
    try {
      CodedOutputStream output = CodedOutputStream.newInstance(buffer);
      model.writeTo(output);
      output.flush();
    } catch (IOException e) {
      throw new IllegalStateException("a model does not fit into its own size", e);
    }
    return new OffHeapModel(buffer.flip());
  }

  /** Returns all bytes; valid until this object is closed. */
  ByteBuffer buffer() {
    return buffer;
  }

  @Override
  public void close() {
    // Only the first call frees the memory.
    FREE.ifPresent(
        free -> {
          try {
            free.invoke(buffer);
          } catch (Throwable e) {
            throw new IllegalStateException("a buffer of the network cannot be given back", e);
          }
        });
  }

  private static Optional<MethodHandle> findFree() {
    try {
      Class<?> type = Class.forName("sun.misc.Unsafe");
      Field instance = type.getDeclaredField("theUnsafe");
      instance.setAccessible(true);
      return Optional.of(
          MethodHandles.lookup()
              .findVirtual(
                  type, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
              .bindTo(instance.get(null)));
    } catch (ReflectiveOperationException | RuntimeException e) {
      return Optional.empty();
    }
  }
}
