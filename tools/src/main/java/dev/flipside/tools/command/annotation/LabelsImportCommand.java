package dev.flipside.tools.command.annotation;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.annotation.AnnotationFormat;
import dev.flipside.scorer.annotation.archive.AnnotationFile;
import dev.flipside.scorer.annotation.archive.ArchiveLimits;
import dev.flipside.scorer.annotation.labels.LabelImport;
import dev.flipside.scorer.annotation.labels.LabelImporter;
import dev.flipside.scorer.annotation.model.LabelClasses;
import dev.flipside.scorer.annotation.model.ReadOptions;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionFile;
import dev.flipside.tools.command.help.Section;
import dev.flipside.tools.command.options.ClassMapping;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.console.Summary;
import dev.flipside.tools.files.OutputFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flipside labels import}. */
@Command(
    name = "import",
    description = {
      "Import labels from an annotation tool into a folder with one PNG of class IDs per image, at"
          + " the size of the image. Only selected regions are imported; all other pixels get the"
          + " ignore index. Labels of earlier rounds are kept; a region that is labelled again is"
          + " replaced."
    },
    footer = {
      "",
      "Example:",
      "  flipside labels import --format cvat annotations.xml --history taken.jsonl --pool images \\",
      "    --classes classes.json --out labels",
      "",
      "Exit codes: 0 success, 1 nothing was labelled, 2 usage error, 3 some annotations were"
          + " refused."
    })
public final class LabelsImportCommand implements Callable<Integer> {
  private static final long MOST_PIXELS = 1L << 28;
  private static final long LARGEST_ENTRY = 1L << 31;
  private static final int MOST_NAMED = 10;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "ANSWERS",
      description = "File exported by the annotation tool; for masks, also a folder.")
  @SuppressWarnings("NullAway.Init")
  private Path answers;

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      completionCandidates = Formats.class,
      description = "Format of the file: ${COMPLETION-CANDIDATES}.")
  @Section(Section.INPUT)
  @SuppressWarnings("NullAway.Init")
  private String format;

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description =
          "Selection file with the selected regions, as written by flipside select --history"
              + " (default: none, every painted pixel is imported).")
  @Section(Section.INPUT)
  private @Nullable Path history;

  @Mixin private PoolOptions source = new PoolOptions();

  @Option(
      names = "--class-map",
      paramLabel = "FILE|NAME=CLASS,...",
      description = ClassMapping.DESCRIPTION)
  @Section(Section.INPUT)
  private @Nullable String classMap;

  @Option(
      names = "--label-values",
      paramLabel = "V:C,...",
      description =
          "With --format masks, the class of each value: VALUE:CLASS, where VALUE is a number or a"
              + " color (#rrggbb) and CLASS a name or ID of the class map or 'ignore', for example"
              + " 0:background,255:foreground (default: values are class IDs).")
  @Section(Section.INPUT)
  private @Nullable String values;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder of label maps; those of earlier rounds stay in it.")
  @Section(Section.OUTPUT)
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Mixin private SummaryOptions printed = new SummaryOptions();

  @Override
  public Integer call() throws IOException {
    AnnotationFormat chosen = format();
    requireAnswers(chosen);
    ClassMap known = source.classes();
    LabelClasses labels =
        new LabelClasses(known, ClassMapping.parse(classMap, common), "--class-map");
    LabelEncoding encoding =
        values == null ? LabelEncoding.of(known) : LabelEncoding.parse(known, values);
    List<SelectedRegion> asked = history == null ? null : SelectionFile.read(history);
    Pool images = source.pool();
    OutputFiles.requireFolder(out);
    LabelImport done;
    Path scratch = Files.createTempDirectory("flipside-");
    try (ConsoleProgress progress = ConsoleProgress.onStandardError("Importing", "annotations")) {
      ReadOptions options =
          new ReadOptions(
              labels, encoding, MOST_PIXELS, ArchiveLimits.ofEntryBytes(LARGEST_ENTRY), scratch);
      done = LabelImporter.run(answers, chosen, options, images, asked, out, progress);
    } finally {
      Files.deleteIfExists(scratch);
    }
    report(done);
    if (done.labelled().isEmpty()) {
      common.err().println("error: nothing was labelled");
      return ExitCodes.FAILED;
    }
    return done.refused().isEmpty() ? ExitCodes.DONE : ExitCodes.PARTLY_DONE;
  }

  /** Checks the file before anything is made. */
  private void requireAnswers(AnnotationFormat chosen) {
    if (!Files.exists(answers)) {
      throw new FlipsideException(
          answers + ": no such file; give the file that the annotation tool exported");
    }
    if (Files.isDirectory(answers) && chosen != AnnotationFormat.MASKS) {
      throw new FlipsideException(
          answers
              + ": a folder, expected the file that the annotation tool exported; only masks are"
              + " read from a folder");
    }
    if (!Files.isReadable(answers)) {
      throw new FlipsideException(answers + ": no permission to read the file");
    }
    if (values != null && chosen != AnnotationFormat.MASKS) {
      throw common.badUse("--label-values: of use with --format masks alone; use --class-map");
    }
  }

  private void report(LabelImport done) {
    done.warnings().forEach(text -> common.err().println("warning: " + text));
    for (LabelImport.Refused each : first(done.refused())) {
      common.err().println("refused: " + each.image() + ": " + each.reason());
    }
    more("refused", done.refused());
    for (RegionId each : first(done.missing())) {
      common.err().println("missing: " + each);
    }
    more("missing", done.missing());
    for (AnnotationFile.LeftOut each : first(done.entries())) {
      common.err().println("left out: " + each.name() + ": " + each.reason());
    }
    more("left out", done.entries());
    done.leftOut()
        .forEach((kind, count) -> common.err().println("left out: " + count + " × " + kind));
    long images = done.labelled().stream().map(LabelImport.Labelled::image).distinct().count();
    printed.print(
        common,
        new Summary()
            .line(
                done.labelled().size()
                    + (history == null ? " annotations" : " regions")
                    + " labelled in "
                    + images
                    + " images, "
                    + done.missing().size()
                    + " missing, "
                    + done.refused().size()
                    + " refused: "
                    + out)
            .with("labelled", done.labelled().size())
            .with("images", images)
            .with("missing", done.missing().size())
            .with("refused", done.refused().size())
            .with("leftOut", done.leftOut())
            .with("entriesLeftOut", done.entries())
            .with("labelledRegions", done.labelled())
            .with("missingRegions", done.missing())
            .with("refusedAnnotations", done.refused())
            .with("out", out.toString()));
  }

  private static <T> List<T> first(List<T> all) {
    return all.subList(0, Math.min(all.size(), MOST_NAMED));
  }

  private void more(String what, List<?> all) {
    if (all.size() > MOST_NAMED) {
      common
          .err()
          .println(what + ": " + (all.size() - MOST_NAMED) + " more; --json lists all of them");
    }
  }

  private AnnotationFormat format() {
    try {
      return AnnotationFormat.of(format);
    } catch (FlipsideException e) {
      throw common.badUse("--format: " + e.getMessage());
    }
  }

  /** The names in help texts and shell completion. */
  static final class Formats implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return AnnotationFormat.ids().iterator();
    }
  }
}
