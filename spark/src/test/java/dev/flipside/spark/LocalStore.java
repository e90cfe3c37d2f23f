package dev.flipside.spark;

import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * An object store whose objects are the files of this machine: {@code store://bucket/folder/a.png}.
 * It cannot be written to. A file {@code denied} beside an object makes the store refuse it.
 */
public final class LocalStore extends FileSystem {
  private final RawLocalFileSystem files = new RawLocalFileSystem();

  @Override
  public void initialize(URI name, Configuration configuration) throws IOException {
    super.initialize(name, configuration);
    files.initialize(URI.create("file:///"), configuration);
  }

  @Override
  public URI getUri() {
    return URI.create("store://bucket");
  }

  @Override
  public FSDataInputStream open(Path path, int buffer) throws IOException {
    Path file = file(path);
    if (Files.exists(java.nio.file.Path.of(file.toString()).resolveSibling("denied"))) {
      throw new AccessDeniedException(path.toString(), null, "ExpiredToken\nrequest 17, trace 18");
    }
    return files.open(file, buffer);
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    return Arrays.stream(files.listStatus(file(path))).map(this::here).toArray(FileStatus[]::new);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    return here(files.getFileStatus(file(path)));
  }

  private static Path file(Path path) {
    return new Path(path.toUri().getPath());
  }

  private FileStatus here(FileStatus status) {
    return new FileStatus(
        status.getLen(),
        status.isDirectory(),
        1,
        1,
        status.getModificationTime(),
        file(status.getPath()).makeQualified(getUri(), getWorkingDirectory()));
  }

  @Override
  public Path getWorkingDirectory() {
    return new Path("store://bucket/");
  }

  @Override
  public void setWorkingDirectory(Path path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int buffer,
      short replication,
      long block,
      Progressable progress) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FSDataOutputStream append(Path path, int buffer, Progressable progress) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean rename(Path from, Path to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean delete(Path path, boolean recursive) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) {
    throw new UnsupportedOperationException();
  }
}
