/** Returns a round number that is at least as large. */
export function ceiling(value: number): number {
  if (!(value > 0)) return 1;
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 8, 10].map((step) => step * unit).find((each) => each >= value * 0.999)!;
}

/** Returns the values to name below the axis: all, or some that are evenly spread. */
export function ticks(values: number[]): number[] {
  const all = [...new Set(values)].sort((a, b) => a - b);
  const every = Math.ceil(all.length / 8);
  return all.filter((_, i) => i % every === 0);
}
