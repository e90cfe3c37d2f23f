package dev.flipside.scorer.pool;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** Where the bytes of an image lie: in a {@link LocalFile} or at a {@link RemoteAddress}. */
public sealed interface ImageLocation {
  /** Schemes as in RFC 3986, of at least two letters: one letter is a drive of Windows. */
  Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+://.*", Pattern.DOTALL);

  /**
   * A file that this machine can open.
   *
   * @param path path of the file
   */
  record LocalFile(Path path) implements ImageLocation {
    /** Returns the path. */
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * An object in a store, or a file of another machine.
   *
   * @param address scheme, {@code ://} and the rest, for example {@code s3a://bucket/images/a.png};
   *     nothing in it is escaped or decoded
   */
  record RemoteAddress(String address) implements ImageLocation {
    /**
     * @throws IllegalArgumentException if the text has no scheme, or holds a password; the message
     *     does not repeat the password
     */
    public RemoteAddress {
      if (!ADDRESS.matcher(address).matches()) {
        throw new IllegalArgumentException(
            "address \"" + address + "\": expected a scheme, for example s3a://bucket/a.png");
      }
      int from = address.indexOf("://") + 3;
      int slash = address.indexOf('/', from);
      String authority = address.substring(from, slash < 0 ? address.length() : slash);
      int user = authority.lastIndexOf('@');
      if (user >= 0 && authority.lastIndexOf(':', user) >= 0) {
        throw new IllegalArgumentException(
            address.substring(0, from)
                + "…"
                + authority.substring(user)
                + ": the address holds a password; give credentials to the client of the store");
      }
    }

    /** Returns the address. */
    @Override
    public String toString() {
      return address;
    }
  }

  /**
   * Reads an address such as {@code s3a://bucket/a.png}, or the path of a file. {@code file:///a b}
   * is the file {@code /a b}.
   *
   * @throws IllegalArgumentException if an address holds a password, or the text cannot be a path
   */
  static ImageLocation parse(String text) {
    if (text.startsWith("file://")) {
      return new LocalFile(Path.of(text.substring("file://".length())));
    }
    return ADDRESS.matcher(text).matches() ? new RemoteAddress(text) : new LocalFile(Path.of(text));
  }
}
