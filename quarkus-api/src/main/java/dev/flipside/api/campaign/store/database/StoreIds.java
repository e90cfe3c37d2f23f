package dev.flipside.api.campaign.store.database;

import java.security.SecureRandom;
import java.time.Clock;

/**
 * Generates the ids of campaigns, leases and jobs: the time followed by 38 random bits, in an
 * alphabet without vowels and without letters that resemble digits. Because ids start with the
 * time, index entries are appended at the end.
 */
public final class StoreIds {
  private static final String ALPHABET = "23456789bcdfghjkmnpqrstvwxz";
  private static final int TIME_LENGTH = 9;
  private static final int RANDOM_LENGTH = 8;

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  public StoreIds(Clock clock) {
    this.clock = clock;
  }

  /** Returns an id that was not returned before. */
  public String next() {
    char[] id = new char[TIME_LENGTH + RANDOM_LENGTH];
    long time = clock.millis();
    for (int i = TIME_LENGTH - 1; i >= 0; i--) {
      id[i] = ALPHABET.charAt((int) Math.floorMod(time, (long) ALPHABET.length()));
      time /= ALPHABET.length();
    }
    for (int i = TIME_LENGTH; i < id.length; i++) {
      id[i] = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
    }
    return String.valueOf(id);
  }
}
