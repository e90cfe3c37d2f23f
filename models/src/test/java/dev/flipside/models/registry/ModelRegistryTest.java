package dev.flipside.models.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRegistryTest {
  @TempDir Path temporary;

  private Path folder;
  private ModelRegistry registry;
  private Path dynamic;
  private Path eighth;
  private Path softmax;

  @BeforeEach
  void open() throws IOException {
    folder = temporary.resolve("registry");
    registry = ModelRegistry.open(folder);
    dynamic = copy("dynamic");
    eighth = copy("eighth");
    softmax = copy("softmax");
  }

  @Test
  void list_noFolder_isEmpty() {
    assertThat(registry.list()).isEmpty();
    assertThat(registry.active()).isEmpty();
    assertThat(registry.find("sha256:" + "0".repeat(64))).isEmpty();
    assertThat(registry.find("../" + "0".repeat(61))).isEmpty();
  }

  @Test
  void add_model_keepsItsBytesUnderTheirDigest() throws IOException {
    ModelEntry entry = registry.add(dynamic);

    assertThat(Files.readAllBytes(entry.file())).isEqualTo(Files.readAllBytes(dynamic));
    assertThat(entry.id()).matches("sha256:[0-9a-f]{64}");
    assertThat(entry.bytes()).isEqualTo(Files.size(dynamic));
    assertThat(entry.card().classes().count()).isEqualTo(11);
    assertThat(registry.find(entry.id().substring(7, 15))).contains(entry);
    assertThat(registry.list()).containsExactly(entry);
  }

  @Test
  void add_withClassesTold_remembersThem() {
    ModelEntry entry = registry.add(dynamic, null, camvid());

    assertThat(registry.open(entry.id()).card().classes()).isEqualTo(ClassMap.CAMVID);
    assertThat(registry.add(dynamic).card().classes()).isEqualTo(ClassMap.CAMVID);
  }

  @Test
  void add_sameModelWithAnotherCard_takesTheNewCard() {
    registry.add(dynamic);

    assertThat(registry.add(dynamic, null, camvid()).card().classes()).isEqualTo(ClassMap.CAMVID);
    assertThat(registry.list()).hasSize(1);
  }

  @Test
  void add_stream_isTheSameModel() throws IOException {
    ModelEntry uploaded = registry.add(new ByteArrayInputStream(Files.readAllBytes(dynamic)));

    assertThat(uploaded.id()).isEqualTo(registry.add(dynamic).id());
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void add_refusedModel_leavesNothing() throws IOException {
    Path broken = Files.write(temporary.resolve("broken.onnx"), new byte[] {1, 2, 3});

    assertThatThrownBy(() -> registry.add(broken)).isInstanceOf(FlipsideException.class);
    assertThatThrownBy(() -> registry.add(new ByteArrayInputStream(new byte[] {1, 2, 3})))
        .isInstanceOf(FlipsideException.class);
    assertThat(registry.list()).isEmpty();
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void add_manyAtOnce_endsWithOneCopy() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<ModelEntry>> tasks = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        tasks.add(() -> ModelRegistry.open(folder).add(dynamic));
      }
      for (Future<ModelEntry> each : threads.invokeAll(tasks)) {
        assertThat(each.get().card().classes().count()).isEqualTo(11);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(registry.list()).hasSize(1);
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void activate_thenRollback_goesBack() {
    String first = registry.add(dynamic).id();
    String second = registry.add(eighth).id();

    registry.activate(first);
    registry.activate(second);
    assertThat(ModelRegistry.open(folder).activeId()).contains(second);
    assertThat(registry.rollback().id()).isEqualTo(first);
    assertThat(registry.active().orElseThrow().id()).isEqualTo(first);
    assertThatThrownBy(() -> registry.rollback()).hasMessageContaining("no model to go back to");
  }

  @Test
  void activate_whileRead_neverFailsAReader() throws Exception {
    List<String> ids =
        List.of(registry.add(dynamic).id(), registry.add(eighth).id(), registry.add(softmax).id());
    registry.activate(ids.get(0));
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int writer = 0; writer < 2; writer++) {
        int start = writer;
        tasks.add(
            () -> {
              ModelRegistry own = ModelRegistry.open(folder);
              for (int i = 0; i < 50; i++) {
                own.activate(ids.get((start + i) % 3));
              }
              return null;
            });
      }
      tasks.add(
          () -> {
            for (int i = 0; i < 500; i++) {
              assertThat(ModelRegistry.open(folder).activeId().orElseThrow()).isIn(ids);
            }
            return null;
          });
      for (Future<Void> each : threads.invokeAll(tasks)) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(registry.rollback().id()).isIn(ids);
  }

  @Test
  void name_model_isFoundByItUntilAnotherHasIt() {
    ModelEntry first = registry.add(dynamic);
    ModelEntry second = registry.add(eighth);

    assertThat(registry.name("streets-v1", first.id()).names()).containsExactly("streets-v1");
    registry.name("Best", first.id().substring(0, 20));
    assertThat(registry.find("streets-v1")).map(ModelEntry::id).contains(first.id());
    assertThat(registry.find("Best").orElseThrow().names()).containsExactly("Best", "streets-v1");

    registry.name("Best", second.id());
    assertThat(registry.find("Best")).map(ModelEntry::id).contains(second.id());
    assertThat(registry.activate("Best").id()).isEqualTo(second.id());
    registry.remove("streets-v1");
    assertThat(registry.find("streets-v1")).isEmpty();
    assertThat(folder.resolve("names")).isDirectoryNotContaining("glob:**streets-v1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "active", "3fa9c1", "sha256:3fa9c1", "../up", "a b", ".hidden"})
  void name_whatIsNone_isRefused(String name) {
    String id = registry.add(dynamic).id();

    assertThatThrownBy(() -> registry.name(name, id))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("model name \"" + name + "\"")
        .hasMessageContaining("expected 1 to 64 letters");
    assertThat(registry.find(id).orElseThrow().names()).isEmpty();
  }

  @Test
  void remove_modelInUse_isRefused() {
    String id = registry.add(dynamic).id();
    registry.activate(id);

    assertThatThrownBy(() -> registry.remove(id)).hasMessageContaining("in use");
    assertThat(registry.find(id)).isPresent();
  }

  @Test
  void remove_otherModel_forgetsItInTheHistoryToo() throws IOException {
    String first = registry.add(dynamic).id();
    String second = registry.add(eighth).id();
    registry.activate(first);
    registry.activate(second);

    registry.remove(first);

    assertThat(registry.find(first)).isEmpty();
    assertThat(leftovers()).isEmpty();
    assertThatThrownBy(() -> registry.rollback()).hasMessageContaining("no model to go back to");
    assertThatThrownBy(() -> registry.remove(first)).hasMessageContaining("not in the registry");
  }

  private static CardOverrides camvid() {
    return new CardOverrides(ClassMap.CAMVID, null, null, null, null, null, null, null, null);
  }

  private List<String> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(each -> each.getFileName().toString())
          .filter(name -> !name.matches("[0-9a-f]{64}|active|\\.lock"))
          .toList();
    }
  }

  private Path copy(String name) throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/c_models/" + name + ".onnx")) {
      return Files.write(temporary.resolve(name + ".onnx"), in.readAllBytes());
    }
  }
}
