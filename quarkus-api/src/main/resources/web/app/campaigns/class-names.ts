/** Returns the class map of a text: the name of a known one, or names with colours of their own. */
export function classes(text: string): unknown {
  const names = text.split(',').map((each) => each.trim()).filter((each) => each !== '');
  if (names.length === 1 && /^(camvid|cityscapes|\d+)$/.test(names[0])) {
    return /^\d+$/.test(names[0]) ? Number(names[0]) : names[0];
  }
  return { classes: names.map((name, i) => ({ name, color: color(i, names.length) })) };
}

/** Returns one of a number of colours that are far apart. */
function color(index: number, count: number): string {
  const hue = (360 * index) / count;
  const light = index % 2 === 0 ? 0.5 : 0.65;
  const channel = (n: number) => {
    const k = (n + hue / 30) % 12;
    const value = light - 0.75 * Math.min(light, 1 - light) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value).toString(16).padStart(2, '0');
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
