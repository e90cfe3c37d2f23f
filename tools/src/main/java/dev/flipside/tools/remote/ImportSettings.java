package dev.flipside.tools.remote;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How answers are taken.
 *
 * @param selection the selection that was exported, null for none
 * @param annotator name of the annotator, null for that of the key
 * @param classMap classes of other label names
 */
public record ImportSettings(
    @Nullable String selection, @Nullable String annotator, Map<String, String> classMap) {
  Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (selection != null) {
      parameters.put("selection", selection);
    }
    if (annotator != null) {
      parameters.put("annotator", annotator);
    }
    if (!classMap.isEmpty()) {
      parameters.put("classMap", RemoteService.json(classMap));
    }
    return parameters;
  }
}
