import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Copies the licences and notices out of jars: {@code Licences.java TO FOLDER…}. Those of a jar go to
 * {@code TO/NAME-OF-JAR}; of a jar without any, {@code TO/WITHOUT-FILE.txt} has the name.
 */
public final class Licences {
  private static final long LARGEST = 1 << 20;

  public static void main(String[] arguments) throws IOException {
    Path to = Path.of(arguments[0]);
    StringBuilder without = new StringBuilder();
    for (String folder : List.of(arguments).subList(1, arguments.length)) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
          if (copy(jar, to) == 0) {
            without.append(jar.getFileName()).append('\n');
          }
        }
      }
    }
    Files.createDirectories(to);
    Files.writeString(
        to.resolve("WITHOUT-FILE.txt"),
        "These carry no licence file; sbom/ has the licence of each, as its project states it.\n\n"
            + without);
  }

  private static int copy(Path jar, Path to) throws IOException {
    String name = jar.getFileName().toString().replaceAll("\\.jar$", "");
    int copied = 0;
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().filter(Licences::isLicence).toList()) {
        String file = entry.getName().replaceAll("^META-INF/", "").replace('/', '-');
        Path target = to.resolve(name).resolve(file);
        Files.createDirectories(target.getParent());
        try (InputStream in = zip.getInputStream(entry)) {
          Files.write(target, in.readAllBytes());
        }
        copied++;
      }
    }
    return copied;
  }

  private static boolean isLicence(ZipEntry entry) {
    String name = entry.getName().toUpperCase(Locale.ROOT);
    String leaf = name.substring(name.lastIndexOf('/') + 1);
    return !entry.isDirectory()
        && entry.getSize() < LARGEST
        && !leaf.endsWith(".CLASS")
        && (leaf.startsWith("LICENSE")
            || leaf.startsWith("LICENCE")
            || leaf.startsWith("NOTICE")
            || leaf.startsWith("COPYING")
            || leaf.startsWith("THIRDPARTYNOTICES"));
  }
}
