package dev.flipside.models.metadata;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import org.yaml.snakeyaml.LoaderOptions;

/** YAML with limits that no configuration of a model reaches. */
final class Yaml {
  private static final int MOST_CHARACTERS = 4 << 20;

  private Yaml() {}

  static ObjectMapper mapper() {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(MOST_CHARACTERS);
    limits.setMaxAliasesForCollections(20);
    limits.setNestingDepthLimit(32);
    return new ObjectMapper(YAMLFactory.builder().loaderOptions(limits).build());
  }
}
