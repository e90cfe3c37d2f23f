package dev.flipside.tools.command.options;

import dev.flipside.tools.command.help.Section;
import dev.flipside.tools.files.OutputFiles;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --force}: whether an existing file is replaced. */
@Section(Section.OUTPUT)
public final class OutputOptions {
  @Option(
      names = "--force",
      description = "Replace the file of --out if it exists (default: fail).")
  private boolean force;

  /** Returns whether existing files are replaced. */
  public boolean force() {
    return force;
  }

  /**
   * Checks before the work begins that a file can be written.
   *
   * @throws dev.flipside.models.domain.FlipsideException if it cannot, or exists without {@code
   *     --force}
   */
  public void require(Path file) {
    OutputFiles.require(file, force);
  }
}
