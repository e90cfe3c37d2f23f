package dev.flipside.api.access;

import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.scorer.pool.Pool;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** REST resource for the folders in which pools may lie. */
@jakarta.ws.rs.Path("/api/folders")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Folders", description = "Folders below the roots, for choosing a pool.")
public class FolderResource {
  /** A folder with more entries is not meant to be looked through. */
  private static final int MOST_FOLDERS = 1000;

  private final AllowedFolders allowed;

  @Inject
  FolderResource(AllowedFolders allowed) {
    this.allowed = allowed;
  }

  /**
   * A folder.
   *
   * @param path path as it may be named in requests
   * @param folders names of the folders in it, at most 1000; of the roots, their paths
   * @param images number of images directly in it
   */
  @Schema(name = "Folder", description = "A folder below a root.")
  public record FolderView(
      @Schema(examples = "camvid") String path,
      @Schema(examples = "[\"test\", \"train\"]") List<String> folders,
      @Schema(examples = "367") long images) {}

  /** Returns a folder. */
  @GET
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Show a folder",
      description = "Hidden folders and links that lead out of the roots are omitted.")
  public FolderView show(
      @Parameter(description = "Path relative to a root, or absolute. Default: the roots.")
          @QueryParam("path")
          @DefaultValue("")
          @Size(max = 4096)
          String path)
      throws IOException {
    List<Path> roots = allowed.roots();
    if (path.isEmpty() && roots.size() > 1) {
      return new FolderView("", roots.stream().map(Path::toString).toList(), 0);
    }
    Path folder = allowed.resolve("path", path);
    if (!Files.isDirectory(folder)) {
      throw ApiProblem.of(
          ProblemType.UNUSABLE, "path \"" + path + "\": is a file, expected a folder");
    }
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> all = entries.toList();
      return new FolderView(
          path,
          all.stream()
              .filter(each -> Files.isDirectory(each) && allowed.holds(each))
              .map(each -> each.getFileName().toString())
              .filter(name -> !name.startsWith("."))
              .sorted()
              .limit(MOST_FOLDERS)
              .toList(),
          all.stream().filter(Pool::isImage).count());
    }
  }
}
