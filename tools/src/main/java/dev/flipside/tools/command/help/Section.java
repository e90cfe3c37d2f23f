package dev.flipside.tools.command.help;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;

/** Section of the help text in which an option, or all options of a class, are listed. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.FIELD})
public @interface Section {
  /** What is read: images, labels, scores. */
  String INPUT = "Input";

  /** Model and network. */
  String MODEL = "Model";

  /** Regions, scores and selections. */
  String SELECTION = "Selection";

  /** Two models in a row. */
  String CASCADE = "Cascade";

  /** Optimization and losses. */
  String TRAINING = "Training";

  /** Speed, memory and devices. */
  String SPEED = "Speed";

  /** What is written and printed. */
  String OUTPUT = "Output";

  /** All others. */
  String OTHER = "Options";

  /** All sections in the order of the help text. */
  List<String> ORDER = List.of(INPUT, MODEL, SELECTION, CASCADE, TRAINING, SPEED, OUTPUT, OTHER);

  /** Returns the section. */
  String value();
}
