package dev.flipside.scorer.inference.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryRequirementsTest {
  @TempDir Path root;

  @Test
  void requirements_librariesOfLibraries_comeBeforeThoseThatNeedThem() throws IOException {
    Path lib = Files.createDirectories(root.resolve("usr/local/cuda/lib64"));
    ElfFiles.write(lib.resolve("libcublas.so.12"), "libcublasLt.so.12", "libc.so.6");
    ElfFiles.write(lib.resolve("libcublasLt.so.12"), "libm.so.6");
    Path provider = ElfFiles.write(root.resolve("p.so"), "libcublas.so.12", "libstdc++.so.6");

    LibraryRequirements needs = read(provider, Map.of());

    assertThat(needs.found())
        .containsExactly(
            Map.entry("libcublasLt.so.12", lib.resolve("libcublasLt.so.12")),
            Map.entry("libcublas.so.12", lib.resolve("libcublas.so.12")));
    assertThat(needs.missing()).isEmpty();
    assertThat(needs.cuda()).hasValue(12);
  }

  @Test
  void requirements_cuda13InPythonPackages_areFound() throws IOException {
    Path bin = Files.createDirectories(root.resolve("venv/bin"));
    assertThat(Files.createFile(bin.resolve("python3")).toFile().setExecutable(true)).isTrue();
    Path packages = root.resolve("venv/lib/python3.12/site-packages");
    Path cu13 = Files.createDirectories(packages.resolve("nvidia/cu13/lib"));
    Path torch = Files.createDirectories(packages.resolve("torch/lib"));
    ElfFiles.write(cu13.resolve("libcudart.so.13"));
    ElfFiles.write(torch.resolve("libcudnn.so.9"));
    Path provider = ElfFiles.write(root.resolve("p.so"), "libcudart.so.13", "libcudnn.so.9");

    LibraryRequirements needs = read(provider, Map.of("PATH", bin.toString()));

    assertThat(needs.found().values())
        .containsExactly(cu13.resolve("libcudart.so.13"), torch.resolve("libcudnn.so.9"));
    assertThat(needs.cuda()).hasValue(13);
  }

  @Test
  void requirements_ownSearchPath_comesFirst() throws IOException {
    Path own = Files.createDirectories(root.resolve("own/nested"));
    Path system = Files.createDirectories(root.resolve("usr/lib"));
    Path cudnn = own.resolve("libcudnn.so.9");
    Files.write(cudnn, ElfFiles.library("libcudnn.so.9", "$ORIGIN/../blas", "libcublasLt.so.12"));
    Path blas = Files.createDirectories(root.resolve("own/blas"));
    ElfFiles.write(blas.resolve("libcublasLt.so.12"));
    ElfFiles.write(system.resolve("libcublasLt.so.12"));
    Path provider = ElfFiles.write(root.resolve("p.so"), "libcudnn.so.9");

    LibraryRequirements needs = read(provider, Map.of("LD_LIBRARY_PATH", own.toString()));

    assertThat(needs.found()).containsEntry("libcublasLt.so.12", blas.resolve("libcublasLt.so.12"));
  }

  @Test
  void requirements_systemConfiguration_isRead() throws IOException {
    Path conf = Files.createDirectories(root.resolve("etc/ld.so.conf.d"));
    Files.writeString(conf.resolve("cuda.conf"), "# CUDA\n/opt/cuda/lib\n");
    Path lib = Files.createDirectories(root.resolve("opt/cuda/lib"));
    ElfFiles.write(lib.resolve("libcufft.so.11"));
    Path provider = ElfFiles.write(root.resolve("p.so"), "libcufft.so.11");

    assertThat(read(provider, Map.of()).found())
        .containsEntry("libcufft.so.11", lib.resolve("libcufft.so.11"));
  }

  @Test
  void requirements_libraryIsDamaged_isNamed() throws IOException {
    Path lib = Files.createDirectories(root.resolve("usr/lib"));
    Files.writeString(
        lib.resolve("libcudart.so.12"), "no library, only text in a file of its name");
    Path provider = ElfFiles.write(root.resolve("p.so"), "libcudart.so.12");

    assertThatThrownBy(() -> read(provider, Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(lib.resolve("libcudart.so.12") + ": ");
  }

  @Test
  void report_otherCudaVersion_namesWhatIsThereAndWhatToInstall() throws IOException {
    Path lib = Files.createDirectories(root.resolve("usr/local/cuda/lib64"));
    ElfFiles.write(lib.resolve("libcudart.so.13"));
    Path provider =
        ElfFiles.write(root.resolve("p.so"), "libcudart.so.12", "libcudnn.so.9", "libcufft.so.11");
    LibraryFolders folders = LibraryFolders.of(Map.of(), root);

    List<String> findings =
        new LibraryReport(LibraryRequirements.of(RandomAccessBytes.of(provider), folders), folders)
            .findings();

    assertThat(findings)
        .containsExactly(
            "missing libcudart.so.12 (CUDA 12), libcudnn.so.9 (cuDNN 9 for CUDA 12),"
                + " libcufft.so.11 (CUDA 12); other versions do not fit: "
                + lib.resolve("libcudart.so.13")
                + "; searched in "
                + lib
                + "; install them, for example with pip install nvidia-cuda-runtime-cu12"
                + " nvidia-cudnn-cu12 nvidia-cufft-cu12, or add their folders to LD_LIBRARY_PATH,"
                + " or use ONNX Runtime for the CUDA version that is installed (docs/gpu.md)");
  }

  @Test
  void report_oldDriver_isTooOldForCuda13() throws IOException {
    Path provider = ElfFiles.write(root.resolve("p.so"), "libcudart.so.13");
    LibraryFolders folders = LibraryFolders.of(Map.of(), root);
    LibraryReport report =
        new LibraryReport(LibraryRequirements.of(RandomAccessBytes.of(provider), folders), folders);

    assertThat(report.oldDriver(new NvidiaGpus(List.of("GPU"), "550.54.14")))
        .contains("the NVIDIA driver 550.54.14 is too old for CUDA 13; expected 580 or newer");
    assertThat(report.oldDriver(new NvidiaGpus(List.of("GPU"), "580.65.06"))).isEmpty();
    assertThat(report.oldDriver(new NvidiaGpus(List.of("GPU"), ""))).isEmpty();
  }

  private LibraryRequirements read(Path provider, Map<String, String> environment)
      throws IOException {
    return LibraryRequirements.of(
        RandomAccessBytes.of(provider), LibraryFolders.of(environment, root));
  }
}
