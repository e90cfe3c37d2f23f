import { ClassMap } from '../../main/resources/web/app/label/class-map.ts';

function equal(found: unknown, expected: unknown, what = ''): void {
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new Error(`${what} ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
  }
}

function step(map: ClassMap, change: () => void): void {
  map.begin();
  change();
  map.end();
}

Deno.test('a stroke paints the pixels whose centres are within its radius', () => {
  const map = new ClassMap(5, 3, 9);
  step(map, () => map.stroke({ x: 1.5, y: 1.5 }, { x: 3.5, y: 1.5 }, 1, 2));
  equal([...map.ids], [9, 2, 2, 2, 9, 2, 2, 2, 2, 2, 9, 2, 2, 2, 9]);
});

Deno.test('undo and redo restore every pixel of random changes', () => {
  const map = new ClassMap(200, 150, 0);
  const states: number[][] = [[...map.ids]];
  let seed = 1;
  const random = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
  for (let i = 1; i <= 40; i++) {
    step(map, () => {
      const points = [0, 1, 2].map(() => ({ x: random(220) - 10, y: random(170) - 10 }));
      if (i % 4 === 0) map.polygon(points, i);
      else if (i % 7 === 0) map.replace(i);
      else map.stroke(points[0], points[1], 1 + random(20), i);
    });
    states.push([...map.ids]);
  }
  for (let i = 39; map.canUndo; i--) {
    map.undo();
    equal([...map.ids], states[i], `after undo ${i}`);
  }
  equal([...map.ids], states[0]);
  while (map.canRedo) map.redo();
  equal([...map.ids], states[40]);
});

Deno.test('a change after undo forgets what was undone', () => {
  const map = new ClassMap(4, 4, 0);
  step(map, () => map.replace(1));
  map.undo();
  step(map, () => map.replace(2));
  equal(map.canRedo, false);
  equal(map.ids[0], 2);
});

Deno.test('a polygon fills the pixels whose centres are inside', () => {
  const map = new ClassMap(4, 4, 0);
  step(map, () => map.polygon([{ x: 1, y: 1 }, { x: 3, y: 1 }, { x: 3, y: 3 }, { x: 1, y: 3 }], 5));
  equal([...map.ids], [0, 0, 0, 0, 0, 5, 5, 0, 0, 5, 5, 0, 0, 0, 0, 0]);
});

Deno.test('fill stops at edges and at the border', () => {
  const map = new ClassMap(4, 2, 0);
  const gray = [10, 10, 200, 200, 10, 10, 200, 200];
  step(map, () => map.fill({ x: 0.5, y: 1.5 }, 3, (a, b) => gray[a] === gray[b]));
  equal([...map.ids], [3, 3, 0, 0, 3, 3, 0, 0]);
});

Deno.test('painted is the fraction of pixels with a class', () => {
  const map = new ClassMap(4, 4, 255);
  equal(map.painted, 0);
  step(map, () => map.polygon([{ x: 0, y: 0 }, { x: 4, y: 0 }, { x: 4, y: 2 }, { x: 0, y: 2 }], 1));
  equal(map.painted, 0.5);
});
