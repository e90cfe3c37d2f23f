package dev.flipside.trainer.weights;

import dev.flipside.models.precision.Float16;
import java.nio.ByteBuffer;

/** The type of a tensor's elements in a weights file, little-endian. */
public enum ElementType {
  /** IEEE double. */
  FLOAT64(8) {
    @Override
    float read(ByteBuffer bytes, int at) {
      return (float) bytes.getDouble(at);
    }
  },
  /** IEEE single. */
  FLOAT32(4) {
    @Override
    float read(ByteBuffer bytes, int at) {
      return bytes.getFloat(at);
    }
  },
  /** IEEE half. */
  FLOAT16(2) {
    @Override
    float read(ByteBuffer bytes, int at) {
      return Float16.toFloat(bytes.getShort(at));
    }
  },
  /** The upper half of an IEEE single. */
  BFLOAT16(2) {
    @Override
    float read(ByteBuffer bytes, int at) {
      return Float.intBitsToFloat(bytes.getShort(at) << 16);
    }
  },
  /** Signed, 64 bits. */
  INT64(8) {
    @Override
    float read(ByteBuffer bytes, int at) {
      return bytes.getLong(at);
    }
  },
  /** Signed, 32 bits. */
  INT32(4) {
    @Override
    float read(ByteBuffer bytes, int at) {
      return bytes.getInt(at);
    }
  },
  /** Signed, 16 bits. */
  INT16(2) {
    @Override
    float read(ByteBuffer bytes, int at) {
      return bytes.getShort(at);
    }
  },
  /** Signed, 8 bits. */
  INT8(1) {
    @Override
    float read(ByteBuffer bytes, int at) {
      return bytes.get(at);
    }
  },
  /** Unsigned, 8 bits. */
  UINT8(1) {
    @Override
    float read(ByteBuffer bytes, int at) {
      return bytes.get(at) & 0xFF;
    }
  },
  /** 0 or 1 in a byte. */
  BOOL(1) {
    @Override
    float read(ByteBuffer bytes, int at) {
      return bytes.get(at);
    }
  };

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** The element at a byte offset; integers that a float cannot hold are rounded. */
  abstract float read(ByteBuffer bytes, int at);

  /** All elements of a little-endian buffer, from its position to its limit. */
  float[] readAll(ByteBuffer littleEndian) {
    float[] values = new float[littleEndian.remaining() / bytes];
    if (this == FLOAT32) {
      littleEndian.asFloatBuffer().get(values);
      return values;
    }
    int start = littleEndian.position();
    for (int i = 0; i < values.length; i++) {
      values[i] = read(littleEndian, start + i * bytes);
    }
    return values;
  }
}
