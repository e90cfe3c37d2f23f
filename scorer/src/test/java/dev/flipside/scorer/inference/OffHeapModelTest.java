package dev.flipside.scorer.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class OffHeapModelTest {
  private static final int WEIGHTS = 32 << 20;

  @Test
  void of_model_holdsTheBytesOfItsFile() {
    ModelProto model = model(3);

    try (OffHeapModel bytes = OffHeapModel.of(model)) {
      assertThat(bytes.buffer().isDirect()).isTrue();
      assertThat(bytes.buffer()).isEqualTo(ByteBuffer.wrap(model.toByteArray()));
    }
  }

  @Test
  void close_manyModels_givesTheirMemoryBackAtOnce() {
    ModelProto model = model(WEIGHTS);
    long before = direct();

    for (int i = 0; i < 8; i++) {
      try (OffHeapModel bytes = OffHeapModel.of(model)) {
        assertThat(bytes.buffer().remaining()).isGreaterThan(WEIGHTS);
      }
    }

    assertThat(direct() - before).isLessThan(WEIGHTS);
  }

  private static ModelProto model(int weights) {
    return ModelProto.newBuilder()
        .setGraph(
            GraphProto.newBuilder()
                .addInitializer(
                    TensorProto.newBuilder()
                        .setName("w")
                        .setRawData(ByteString.copyFrom(new byte[weights]))))
        .build();
  }

  /** Bytes of all direct buffers of this process. */
  private static long direct() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }
}
