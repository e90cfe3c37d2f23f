/**
 * What is painted and not yet submitted, kept in the browser as run lengths, so that a reload, a
 * crash or a lease that ended loses nothing.
 */
export class Drafts {
  constructor(private readonly campaign: string, private readonly storage: Storage = localStorage) {}

  save(region: string, ids: Uint8Array): void {
    try {
      this.storage.setItem(this.key(region), encode(ids));
    } catch {
      // The storage is full or forbidden: the page works on without drafts.
    }
  }

  /** Returns the draft of a region of a number of pixels, or null. */
  load(region: string, pixels: number): Uint8Array | null {
    const kept = this.storage.getItem(this.key(region));
    return kept === null ? null : decode(kept, pixels);
  }

  remove(region: string): void {
    this.storage.removeItem(this.key(region));
  }

  private key(region: string): string {
    return `flipside.draft.${this.campaign}.${region}`;
  }
}

export function encode(ids: Uint8Array): string {
  const runs: string[] = [];
  for (let from = 0; from < ids.length; ) {
    let to = from + 1;
    while (to < ids.length && ids[to] === ids[from]) to++;
    runs.push(`${ids[from].toString(36)}.${(to - from).toString(36)}`);
    from = to;
  }
  return runs.join(' ');
}

/** Returns the IDs, or null if they are not of this number. */
export function decode(text: string, pixels: number): Uint8Array | null {
  const ids = new Uint8Array(pixels);
  let at = 0;
  for (const run of text.split(' ')) {
    const [id, length] = run.split('.').map((part) => parseInt(part, 36));
    if (!(id >= 0 && id < 256 && length > 0 && at + length <= pixels)) return null;
    ids.fill(id, at, at + length);
    at += length;
  }
  return at === pixels ? ids : null;
}
