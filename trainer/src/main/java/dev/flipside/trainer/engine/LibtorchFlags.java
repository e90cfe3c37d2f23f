package dev.flipside.trainer.engine;

import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.flipside.models.domain.FlipsideException;
import java.nio.file.Path;

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
        disable("_ZN2at7Context20setUserEnabledMkldnnEb");
      }

      @Override
      public void disableNnpack() {
        disable("_ZN2at7Context20setUserEnabledNNPACKEb");
      }

      /** Calls a setter of {@code at::globalContext()} with false. */
      private void disable(String setter) {
        try {
          NativeLibrary libtorch = NativeLibrary.getInstance(library.toString());
          Pointer context =
              libtorch.getFunction("_ZN2at13globalContextEv").invokePointer(new Object[0]);
          libtorch.getFunction(setter).invokeVoid(new Object[] {context, (byte) 0});
        } catch (UnsatisfiedLinkError e) {
          throw new FlipsideException(library + " has no " + setter + " that can be called", e);
        }
      }
    };
  }
}
