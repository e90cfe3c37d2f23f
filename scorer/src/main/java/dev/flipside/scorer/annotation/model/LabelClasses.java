package dev.flipside.scorer.annotation.model;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Class IDs of the labels in annotation files: names of classes, and foreign names that are mapped
 * to classes or ignored.
 */
public final class LabelClasses {
  /** In a mapping, what the foreign name is mapped to if its pixels get the ignore index. */
  public static final String IGNORE = "ignore";

  private final ClassMap classes;
  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private final String names;
  private final String remedy;

  /**
   * @param classes class map of the labels to be read
   * @param mapping foreign label names, each mapped to the name of a class or to {@value #IGNORE};
   *     a name of a class may be mapped to another class
   * @throws FlipsideException if a name is mapped to neither
   */
  public LabelClasses(ClassMap classes, Map<String, String> mapping) {
    this(classes, mapping, "classMap");
  }

  /**
   * @param remedy name of the parameter or option that gives the mapping, for messages
   * @see #LabelClasses(ClassMap, Map)
   */
  public LabelClasses(ClassMap classes, Map<String, String> mapping, String remedy) {
    this.classes = classes;
    this.remedy = remedy;
    for (int id = 0; id < classes.count(); id++) {
      ids.put(classes.classes().get(id).name(), id);
    }
    names = ids.keySet().toString();
    Map<String, Integer> mapped = new LinkedHashMap<>();
    mapping.forEach(
        (label, name) -> {
          Integer id = ids.get(name);
          if (id == null && !IGNORE.equals(name)) {
            throw new FlipsideException(
                "class map: \""
                    + label
                    + "\" is mapped to \""
                    + name
                    + "\", expected one of "
                    + names
                    + ", or \""
                    + IGNORE
                    + "\"");
          }
          mapped.put(label, id == null ? classes.ignoreIndex() : id);
        });
    ids.putAll(mapped);
  }

  /** Returns the class map. */
  public ClassMap classes() {
    return classes;
  }

  /** Returns whether a label has an ID. */
  public boolean knows(String label) {
    return ids.containsKey(label);
  }

  /**
   * Returns the class ID of a label, or the ignore index.
   *
   * @throws FlipsideException if the label is no class and not mapped; names the label and the
   *     classes
   */
  public int id(String label) {
    Integer id = ids.get(label);
    if (id == null) {
      throw new FlipsideException(
          "label \""
              + label
              + "\" is no class, expected one of "
              + names
              + "; map it to one of them or to \""
              + IGNORE
              + "\" ("
              + remedy
              + ")");
    }
    return id;
  }
}
