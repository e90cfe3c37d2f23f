package dev.flipside.tools.statistics;

/**
 * Mean and spread of one number over several seeds.
 *
 * @param mean arithmetic mean
 * @param deviation sample standard deviation; 0 for a single value
 * @param count number of seeds
 */
public record Spread(double mean, double deviation, int count) {
  public static Spread of(double... values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return new Spread(
        mean, values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)), values.length);
  }
}
