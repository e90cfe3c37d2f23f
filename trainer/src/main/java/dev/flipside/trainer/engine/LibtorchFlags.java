package dev.flipside.trainer.engine;

import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import dev.flipside.models.domain.FlipsideException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Switches in libtorch's global context that DJL does not offer: {@code
 * torch.backends.mkldnn.enabled} and {@code torch.backends.nnpack} in Python.
 */
interface LibtorchFlags {
  /**
   * Computes everything from now on without oneDNN.
   *
   * @throws FlipsideException if this libtorch does not export the switch
   */
  void disableOneDnn();

  /**
   * Computes everything from now on without NNPACK. Where it cannot start, libtorch says so at
   * every convolution; with oneDNN on, its kernels are never chosen.
   *
   * @throws FlipsideException if this libtorch does not export the switch
   */
  void disableNnpack();

  /** The flags of the libtorch that DJL has loaded. */
  static LibtorchFlags loaded() {
    Path library = Path.of(LibUtils.getLibtorchPath(), System.mapLibraryName("torch_cpu"));
    return new LibtorchFlags() {
      @Override
      public void disableOneDnn() {
        disable("_ZN2at7Context20setUserEnabledMkldnnEb", "_ZNK2at7Context17userEnabledMkldnnEv");
      }

      @Override
      public void disableNnpack() {
        disable("_ZN2at7Context20setUserEnabledNNPACKEb", "_ZNK2at7Context17userEnabledNNPACKEv");
      }

      /**
       * Calls a setter of {@code at::globalContext()} with false.
       *
       * @param getter reads the switch back
       */
      private void disable(String setter, String getter) {
        try {
          NativeLibrary libtorch = open(library);
          Object[] context = {
            libtorch.getFunction("_ZN2at13globalContextEv").invokePointer(new Object[0])
          };
          libtorch.getFunction(setter).invokeVoid(new Object[] {context[0], (byte) 0});
          if ((libtorch.getFunction(getter).invokeInt(context) & 0xFF) != 0) {
            throw new FlipsideException(library + ": " + setter + " has no effect");
          }
        } catch (LinkageError e) {
          throw new FlipsideException(library + " has no " + setter + " that can be called", e);
        }
      }
    };
  }

  /**
   * Finds the library that is loaded. By default JNA would add its symbols to the global ones,
   * where they could replace those of other native libraries.
   */
  private static NativeLibrary open(Path library) {
    // RTLD_LAZY with RTLD_NOLOAD on Linux, with RTLD_LOCAL on macOS.
    return Platform.isWindows()
        ? NativeLibrary.getInstance(library.toString())
        : NativeLibrary.getInstance(library.toString(), Map.of(Library.OPTION_OPEN_FLAGS, 5));
  }
}
