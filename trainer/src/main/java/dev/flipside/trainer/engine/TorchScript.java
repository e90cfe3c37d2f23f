package dev.flipside.trainer.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A function of libtorch that DJL has no name for, with gradient, written in TorchScript. It has no
 * tensors of its own, so that it works on every device and thread.
 */
public final class TorchScript {
  /** Pickle, protocol 2: an instance of {@code __torch__.Function} with {@code training = True}. */
  private static final byte[] INSTANCE =
      latin1("\u0080\u0002c__torch__\nFunction\n)\u0081}X\b\0\0\0training\u0088sb.");

  /** Pickle, protocol 2: the empty tuple, for no constants. */
  private static final byte[] NO_CONSTANTS = latin1("\u0080\u0002).");

  private final PtSymbolBlock module;

  private TorchScript(PtSymbolBlock module) {
    this.module = module;
  }

  /**
   * Compiles a function.
   *
   * @param parameters names and types, for example {@code x: Tensor}; all are tensors
   * @param expression the result, a tensor, as {@code torch.jit} prints it
   */
  public static TorchScript function(String parameters, String expression) {
    String source =
        """
        class Function(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          def forward(self: __torch__.Function, %s) -> Tensor:
            return %s
        """
            .formatted(parameters, expression);
    PtNDManager manager = (PtNDManager) Torch.engine().newBaseManager();
    try {
      ByteArrayInputStream file = new ByteArrayInputStream(archive(source));
      return new TorchScript(JniUtils.loadModule(manager, file, false, false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the result of the function; a new array. */
  public NDArray call(NDArray... arguments) {
    return IValueUtils.forward(module, new NDList(arguments), true).singletonOrThrow();
  }

  /** Returns a module as a file of {@code torch.jit.save}: a ZIP of stored entries. */
  private static byte[] archive(String source) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "function/data.pkl", INSTANCE);
      store(zip, "function/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      store(zip, "function/constants.pkl", NO_CONSTANTS);
      store(zip, "function/version", latin1("3\n"));
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(sum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
