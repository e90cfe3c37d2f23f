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
 * An ONNX model as the bytes of its file, outside of the heap. A runtime reads them where they are,
 * while an array on the heap would be copied once more: for a model of 132 MB that takes half a
 * second and 400 MB.
 */
final class OffHeapModel implements AutoCloseable {
  /**
   * Gives back the memory of a direct buffer. Until Java 22 nothing else does before the next
   * collection of the whole heap, which a small heap may never need. Empty where this Java does not
   * allow it; then the collector does it in its own time.
   */
  private static final Optional<MethodHandle> FREE = findFree();

  private final ByteBuffer buffer;

  private OffHeapModel(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  /**
   * The bytes of a model. The caller closes what is returned.
   *
   * @param model of less than 2 GiB
   * @throws InferenceException if there is no memory for them
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

  /** All bytes, valid until this is closed. */
  ByteBuffer buffer() {
    return buffer;
  }

  @Override
  public void close() {
    // Of several calls the first gives it back, the others do nothing.
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
