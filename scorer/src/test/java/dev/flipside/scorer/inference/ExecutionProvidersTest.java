package dev.flipside.scorer.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtProvider;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.models.precision.HalfPrecision;
import dev.flipside.models.quantization.Quantization;
import dev.flipside.scorer.TestModels;
import dev.flipside.scorer.inference.gpu.ElfFiles;
import dev.flipside.scorer.inference.gpu.GpuRuntime;
import dev.flipside.scorer.inference.gpu.LibraryFolders;
import dev.flipside.scorer.inference.gpu.NvidiaGpus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExecutionProvidersTest {
  private static final Set<OrtProvider> GPU_BUILD =
      Set.of(OrtProvider.CPU, OrtProvider.CUDA, OrtProvider.TENSOR_RT);
  private static final List<String> CUDA =
      List.of(
          "libcuda.so.1",
          "libcudart.so.12",
          "libcublas.so.12",
          "libcublasLt.so.12",
          "libcurand.so.10",
          "libcudnn.so.9");

  @TempDir Path folder;

  @Test
  void choose_cudaInProcessorBuild_isRefusedNotReplaced() {
    ExecutionProviders providers = providers(Set.of(OrtProvider.CPU), 1);

    assertThatThrownBy(() -> providers.chooseFor(options(ExecutionProvider.CUDA)))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("cuda cannot be used: ONNX Runtime here is the version for CPUs")
        .hasMessageContaining("docs/gpu.md");
  }

  @Test
  void choose_cudaWithoutCudnn_namesLibraryVersionAndFolders() throws IOException {
    provide(CUDA.subList(0, 5));

    assertThatThrownBy(() -> providers(GPU_BUILD, 1).chooseFor(options(ExecutionProvider.CUDA)))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("libonnxruntime_providers_cuda.so needs CUDA 12")
        .hasMessageContaining("missing libcudnn.so.9 (cuDNN 9 for CUDA 12); searched in " + folder)
        .hasMessageNotContaining("libcudart.so.12 (");
  }

  @Test
  void choose_autoWithEverything_takesCudaOnAllDevices() throws IOException {
    provide(CUDA);

    ProviderChoice choice = providers(GPU_BUILD, 2).chooseFor(options(ExecutionProvider.AUTO));

    assertThat(choice.provider()).isEqualTo(ExecutionProvider.CUDA);
    assertThat(choice.devices()).containsExactly(0, 1);
    assertThat(choice.reason()).contains("2 NVIDIA GPUs are visible");
  }

  @Test
  void choose_autoWithoutGpu_takesProcessorAndSaysWhy() throws IOException {
    provide(CUDA);

    ProviderChoice choice = providers(GPU_BUILD, 0).chooseFor(options(ExecutionProvider.AUTO));

    assertThat(choice.provider()).isEqualTo(ExecutionProvider.CPU);
    assertThat(choice.reason()).contains("no NVIDIA GPU is visible");
  }

  @Test
  void choose_tensorRtWithCudaAlone_namesWhatTensorRtNeeds() throws IOException {
    provide(CUDA);

    assertThatThrownBy(() -> providers(GPU_BUILD, 1).chooseFor(options(ExecutionProvider.TENSORRT)))
        .hasMessageContaining("libnvinfer.so.10 (TensorRT 10 for CUDA 12)");
  }

  @Test
  void choose_halfPrecisionOnProcessor_isRefused() {
    assertThatThrownBy(() -> ExecutionProviders.choose(half(ExecutionProvider.CPU)))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("--precision fp16 on cpu (1 thread, requested): CPUs are")
        .hasMessageContaining("expected --provider cuda or tensorrt")
        .hasMessageContaining("flipside models quantize");
  }

  @Test
  void choose_halfPrecisionWhereAutoFindsNoGpu_isRefusedWithTheReason() throws IOException {
    provide(CUDA);

    assertThatThrownBy(() -> providers(GPU_BUILD, 0).chooseFor(half(ExecutionProvider.AUTO)))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("no NVIDIA GPU is visible");
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTO", "CUDA"})
  void choose_halfPrecisionOnCuda_convertsTheNetwork(ExecutionProvider asked) throws IOException {
    provide(CUDA);
    OnnxModelFile network = TestModels.convolution(2, TestModels.weights(2, 1)).file();

    ProviderChoice choice = providers(GPU_BUILD, 1).chooseFor(half(asked));

    OnnxModelFile given = choice.network(network);
    assertThat(HalfPrecision.note(given).orElseThrow()).startsWith("float16 in 1 of 1 ");
    assertThat(choice.toString()).startsWith("cuda fp16 (");
    assertThat(choice.running(given))
        .isEqualTo(choice + ", float16 in 1 of 1 convolutions and matrix products");
  }

  @Test
  void running_nothingToConvertOnCuda_saysSo() throws IOException {
    provide(CUDA);
    OnnxGraph graph = new OnnxGraph("no convolution", 17);
    OnnxValue input = graph.input("input", TensorType.FLOAT32, "N", 3, "H", "W");
    graph.output(
        "output", graph.node("Relu", Map.of(), input), TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxModelFile network = graph.build("test", "1");

    ProviderChoice choice = providers(GPU_BUILD, 1).chooseFor(half(ExecutionProvider.CUDA));

    assertThat(choice.running(choice.network(network)))
        .isEqualTo(choice + ", nothing in it converted to float16");
  }

  @Test
  void running_networkInEightBits_saysHowMuchOfIt() {
    OnnxModelFile network = TestModels.convolution(2, TestModels.weights(2, 1)).file();
    ModelProto.Builder quantized = network.proto().toBuilder();
    quantized
        .addMetadataPropsBuilder()
        .setKey(Quantization.METADATA_KEY)
        .setValue("int8 in 18 of 20 convolutions of sha256:01, calibrated on 8 images");

    ProviderChoice choice = providers(Set.of(), 0).chooseFor(options(ExecutionProvider.CPU));

    assertThat(choice.running(OnnxModelFile.of(quantized.build())))
        .isEqualTo(choice + ", int8 in 18 of 20 convolutions");
    assertThat(choice.running(network)).isEqualTo(choice.toString());
  }

  @Test
  void choose_halfPrecisionOnTensorRt_leavesTheNetworkToIt() throws IOException {
    provide(CUDA);
    provide(List.of("libnvinfer.so.10", "libnvonnxparser.so.10"));
    OnnxModelFile network = TestModels.convolution(2, TestModels.weights(2, 1)).file();

    ProviderChoice choice = providers(GPU_BUILD, 1).chooseFor(half(ExecutionProvider.TENSORRT));

    assertThat(choice.network(network)).isSameAs(network);
    assertThat(choice.running(network)).isEqualTo(choice.toString());
  }

  @Test
  void choose_fullPrecisionOnCuda_leavesTheNetworkAsItIs() throws IOException {
    provide(CUDA);
    OnnxModelFile network = TestModels.convolution(2, TestModels.weights(2, 1)).file();

    ProviderChoice choice = providers(GPU_BUILD, 1).chooseFor(options(ExecutionProvider.CUDA));

    assertThat(choice.network(network)).isSameAs(network);
    assertThat(choice.toString()).startsWith("cuda (");
  }

  @Test
  void choose_oneGpu_takesItAlone() throws IOException {
    provide(CUDA);

    assertThat(providers(GPU_BUILD, 3).chooseFor(on("1")).devices()).containsExactly(1);
    assertThat(providers(GPU_BUILD, 3).chooseFor(on("2,0")).devices()).containsExactly(2, 0);
    assertThat(providers(GPU_BUILD, 3).chooseFor(on("all")).devices()).containsExactly(0, 1, 2);
  }

  @Test
  void choose_gpuThatDoesNotExist_isRefused() throws IOException {
    provide(CUDA);

    assertThatThrownBy(() -> providers(GPU_BUILD, 1).chooseFor(on("1")))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("GPU 1 does not exist: 1 GPU is visible");
  }

  @Test
  void choose_runtimeForCuda13_needsItsLibraries() throws IOException {
    ElfFiles.write(folder.resolve("libcuda.so.1"));
    ElfFiles.write(folder.resolve("libcudart.so.12"));
    ElfFiles.write(folder.resolve("libonnxruntime_providers_cuda.so"), "libcudart.so.13");

    assertThatThrownBy(() -> providers(GPU_BUILD, 1).chooseFor(options(ExecutionProvider.CUDA)))
        .hasMessageContaining("missing libcudart.so.13 (CUDA 13); other versions do not fit: ")
        .hasMessageContaining("libcudart.so.12");
  }

  @Test
  void choose_noProviderLibrary_isRefused() {
    assertThatThrownBy(() -> providers(GPU_BUILD, 1).chooseFor(options(ExecutionProvider.CUDA)))
        .hasMessageContaining("libonnxruntime_providers_cuda.so is missing");
  }

  @Test
  void diagnose_here_saysThatTheProcessorWorks() {
    List<ProviderDiagnosis> all = ExecutionProviders.diagnose();

    assertThat(all)
        .extracting(ProviderDiagnosis::provider)
        .containsExactly(ExecutionProvider.CPU, ExecutionProvider.CUDA, ExecutionProvider.TENSORRT);
    assertThat(all.get(0).usable()).isTrue();
    assertThat(all).allSatisfy(each -> assertThat(each.findings()).isNotEmpty());
  }

  private ExecutionProviders providers(Set<OrtProvider> built, int devices) {
    NvidiaGpus gpus = new NvidiaGpus(Collections.nCopies(devices, "GPU"), "580.65.06");
    return new ExecutionProviders(
        built, GpuRuntime.of(gpus, new LibraryFolders(List.of(folder)), folder));
  }

  /** Makes libraries, and providers that need them as those for CUDA 12 do. */
  private void provide(List<String> libraries) throws IOException {
    for (String library : libraries) {
      ElfFiles.write(folder.resolve(library));
    }
    ElfFiles.write(
        folder.resolve("libonnxruntime_providers_cuda.so"),
        CUDA.subList(1, CUDA.size()).toArray(String[]::new));
    ElfFiles.write(
        folder.resolve("libonnxruntime_providers_tensorrt.so"),
        "libnvinfer.so.10",
        "libnvonnxparser.so.10",
        "libcudart.so.12");
  }

  private static SessionOptions on(String gpus) {
    return new SessionOptions(
        ExecutionProvider.CUDA,
        GpuSelection.parse(gpus),
        Precision.FP32,
        1,
        false,
        0,
        null,
        RunControl.NONE);
  }

  private static SessionOptions half(ExecutionProvider provider) {
    return new SessionOptions(
        provider, GpuSelection.ALL, Precision.FP16, 1, false, 0, null, RunControl.NONE);
  }

  private static SessionOptions options(ExecutionProvider provider) {
    return SessionOptions.of(provider, 2);
  }
}
