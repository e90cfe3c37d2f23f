import { height, layout, move, place, visible } from '../../main/resources/web/app/pool/gallery.ts';

function equal(found: unknown, expected: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error(`${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
}

Deno.test('layout_width_fillsTheRowsWithAtLeastTwoColumns', () => {
  equal(layout(360, 10).columns, 2);
  const wide = layout(1400, 10);
  equal(wide.columns, 8);
  equal(wide.columns * wide.cellWidth + (wide.columns - 1) * wide.gap <= 1400, true);
});

Deno.test('visible_anywhere_coversTheViewportAndLittleMore', () => {
  const at = layout(1400, 100_000);
  for (const top of [0, 12_345, height(at) - 900]) {
    const [from, to] = visible(at, top, 900);
    equal(place(at, from).y <= top, true);
    equal(to === at.total || place(at, to).y >= top + 900, true);
    equal(to - from <= at.columns * 12, true);
  }
});

Deno.test('visible_emptyOrShort_isWithinTheList', () => {
  equal(visible(layout(1400, 0), 0, 900), [0, 0]);
  equal(visible(layout(1400, 3), 0, 900), [0, 3]);
  equal(height(layout(1400, 0)), 0);
});

Deno.test('move_keys_stayWithinTheList', () => {
  const at = layout(1400, 100);
  equal(move(at, 0, 'ArrowLeft', 900), 0);
  equal(move(at, 0, 'ArrowDown', 900), at.columns);
  equal(move(at, 5, 'End', 900), 99);
  equal(move(at, 99, 'PageDown', 900), 99);
  equal(move(at, 50, 'Home', 900), 0);
});
