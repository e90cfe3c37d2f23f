import { ceiling, ticks } from '../../main/resources/web/app/progress/scale.ts';

function assertEquals(found: unknown, expected: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
  }
}

Deno.test('ceiling_anyNumber_isRoundAndNotSmaller', () => {
  assertEquals([0.07, 0.1, 1.3, 3.97, 4.2, 61, 0].map(ceiling), [0.08, 0.1, 2, 4, 5, 80, 1]);
});

Deno.test('ticks_fewValues_areAll', () => {
  assertEquals(ticks([30, 10, 10, 50]), [10, 30, 50]);
});

Deno.test('ticks_manyValues_areAtMostEight', () => {
  const many = ticks(Array.from({ length: 100 }, (_, i) => i));
  assertEquals(many.length <= 8, true);
  assertEquals(many[0], 0);
});
