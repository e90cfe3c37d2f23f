package dev.flipside.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;

/**
 * A value on its way between processes, in Java's serialization, whichever serializer Spark is set
 * to: Kryo cannot read records.
 */
final class Sent<T extends Serializable> implements Serializable {
  private static final long serialVersionUID = 1L;

  private final byte[] bytes;

  private Sent(byte[] bytes) {
    this.bytes = bytes;
  }

  static <T extends Serializable> Sent<T> of(T value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    } catch (IOException e) {
      throw new IllegalStateException("cannot be sent: " + value, e);
    }
    return new Sent<>(bytes.toByteArray());
  }

  @SuppressWarnings({"unchecked", "BanSerializableRead"}) // written by of(), in the same run
  T value() {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (T) in.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException("a result of another process cannot be read", e);
    }
  }
}
