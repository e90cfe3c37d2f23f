package dev.flipside.tools.command.training;

import dev.flipside.tools.weights.KnownWeights;
import dev.flipside.tools.weights.WeightsFetch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What {@code --backbone} says: a file, the name of weights that were fetched, or {@code random}.
 *
 * @param file the file, empty for random weights
 */
public record InitialWeights(Optional<Path> file) {
  private static final String RANDOM = "random";

  /** Reads the value; a file of the name comes first. */
  public static final class Converter implements ITypeConverter<InitialWeights> {
    @Override
    public InitialWeights convert(String text) {
      if (text.equals(RANDOM)) {
        return new InitialWeights(Optional.empty());
      }
      Path path = Path.of(text);
      if (Files.exists(path)) {
        return new InitialWeights(Optional.of(path));
      }
      Optional<KnownWeights> known = KnownWeights.find(text);
      if (known.isPresent()) {
        Path file = new WeightsFetch(WeightsFetch.userFolder()).file(known.get());
        if (!Files.exists(file)) {
          throw new TypeConversionException(
              "the weights "
                  + text
                  + " are not there ("
                  + file
                  + "); download them with flipside weights fetch "
                  + text);
        }
        return new InitialWeights(Optional.of(file));
      }
      String versions =
          String.join(
              " or ",
              KnownWeights.ALL.stream()
                  .filter(each -> each.network().equals(text))
                  .map(KnownWeights::name)
                  .toList());
      throw new TypeConversionException(
          "no file "
              + text
              + (versions.isEmpty()
                  ? ", and no weights of this name; flipside weights fetch lists the names"
                  : "; several weights of this network are known: " + versions));
    }
  }
}
