import { decode, Drafts, encode } from '../../main/resources/web/app/label/drafts.ts';
import { encodeLabel } from '../../main/resources/web/app/label/png.ts';
import { classes } from '../../main/resources/web/app/campaigns/class-names.ts';

function equal(found: unknown, expected: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new Error(`${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
  }
}

class Memory {
  private readonly kept = new Map<string, string>();
  getItem = (key: string) => this.kept.get(key) ?? null;
  setItem = (key: string, value: string) => void this.kept.set(key, value);
  removeItem = (key: string) => void this.kept.delete(key);
}

Deno.test('run lengths give the same IDs back', () => {
  const ids = Uint8Array.from([0, 0, 0, 255, 7, 7, 0]);
  equal([...decode(encode(ids), 7)!], [...ids]);
});

Deno.test('text that is no draft of this size is none', () => {
  for (const text of ['', '1.3', '1.9', '300.2', 'x', '1.-2 1.4']) equal(decode(text, 4), null);
});

Deno.test('a draft belongs to its campaign and region', () => {
  const storage = new Memory() as unknown as Storage;
  new Drafts('a', storage).save('r', Uint8Array.from([1, 2]));
  equal(new Drafts('b', storage).load('r', 2), null);
  equal([...new Drafts('a', storage).load('r', 2)!], [1, 2]);
  new Drafts('a', storage).remove('r');
  equal(new Drafts('a', storage).load('r', 2), null);
});

Deno.test('a full storage does not stop the work', () => {
  const full = { setItem: () => { throw new Error('quota'); } } as unknown as Storage;
  new Drafts('a', full).save('r', Uint8Array.from([1]));
});

Deno.test('a label is a PNG of one channel', async () => {
  const bytes = new Uint8Array(await (await encodeLabel(Uint8Array.from([1, 2, 3, 4, 5, 6]), 3, 2)).arrayBuffer());
  const view = new DataView(bytes.buffer);
  equal([...bytes.subarray(0, 8)], [0x89, 80, 78, 71, 13, 10, 26, 10]);
  equal([view.getUint32(16), view.getUint32(20), bytes[24], bytes[25]], [3, 2, 8, 0]);
  const length = view.getUint32(33);
  const stream = new Blob([bytes.slice(41, 41 + length)]).stream().pipeThrough(new DecompressionStream('deflate'));
  equal([...new Uint8Array(await new Response(stream).arrayBuffer())], [0, 1, 2, 3, 0, 4, 5, 6]);
});

Deno.test('names become classes of different colours', () => {
  const map = classes(' road, car ,,sky ') as { classes: { name: string; color: string }[] };
  equal(map.classes.map((each) => each.name), ['road', 'car', 'sky']);
  equal(new Set(map.classes.map((each) => each.color)).size, 3);
  equal(map.classes.every((each) => /^#[0-9a-f]{6}$/.test(each.color)), true);
  equal(classes('camvid'), 'camvid');
  equal(classes('4'), 4);
});
