package dev.flipside.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The metadata of the native executable names classes and constructors that exist. */
class NativeMetadataTest {
  private static final String METADATA =
      "META-INF/native-image/dev.flipside/quarkus-api/reachability-metadata.json";
  private static final Map<String, Class<?>> PRIMITIVES =
      Map.of("int", int.class, "long", long.class, "long[]", long[].class);

  private static JsonNode metadata() throws IOException {
    try (InputStream in = NativeMetadataTest.class.getClassLoader().getResourceAsStream(METADATA)) {
      return new ObjectMapper().readTree(in);
    }
  }

  @Test
  void reflection_everyEntry_exists() throws Exception {
    List<String> members = new ArrayList<>();
    for (JsonNode entry : metadata().get("reflection")) {
      Class<?> type = type(entry.get("type").asText());
      for (JsonNode method : entry.path("methods")) {
        List<Class<?>> parameters = new ArrayList<>();
        for (JsonNode parameter : method.get("parameterTypes")) {
          parameters.add(type(parameter.asText()));
        }
        Class<?>[] types = parameters.toArray(Class<?>[]::new);
        String name = method.get("name").asText();
        members.add(
            name.equals("<init>")
                ? type.getDeclaredConstructor(types).toString()
                : type.getDeclaredMethod(name, types).toString());
      }
      for (JsonNode field : entry.path("fields")) {
        members.add(type.getDeclaredField(field.get("name").asText()).toString());
      }
    }
    assertThat(members).hasSize(14);
  }

  @Test
  void resources_everyFileAndPackageOfABundle_exists() throws IOException {
    for (JsonNode entry : metadata().get("resources")) {
      if (entry.has("bundle")) {
        // Not visible from here, so only its package is checked.
        String bundle = entry.get("bundle").asText();
        assertThat(ModuleLayer.boot().findModule("java.xml").orElseThrow().getPackages())
            .contains(bundle.substring(0, bundle.lastIndexOf('.')));
      } else {
        String file = entry.get("glob").asText();
        assertThat(NativeMetadataTest.class.getClassLoader().getResource(file)).isNotNull();
      }
    }
  }

  private static Class<?> type(String name) throws ClassNotFoundException {
    if (PRIMITIVES.containsKey(name)) {
      return PRIMITIVES.get(name);
    }
    ClassLoader loader = NativeMetadataTest.class.getClassLoader();
    return name.endsWith("[]")
        ? Class.forName(name.substring(0, name.length() - 2), false, loader).arrayType()
        : Class.forName(name, false, loader);
  }
}
