import { expect, test } from 'vitest';
import { inOrder } from './in-order.js';

async function* count(to: number, asked: number[]) {
  for (let part = 0; part < to; part++) {
    asked.push(part);
    yield part;
  }
}

test('results come in the order of the parts, however long each takes', async () => {
  const finish: ((value: string) => void)[] = [];
  const work = (part: number) => {
    const result = new Promise<string>((resolve) => {
      finish[part] = resolve;
    });
    // The later of each two is done first.
    if (part % 2 === 1) {
      finish[part]?.(`${part}`);
      finish[part - 1]?.(`${part - 1}`);
    }
    return result;
  };
  const found: string[] = [];
  for await (const [part, result] of inOrder(count(6, []), 2, work)) found.push(`${part}:${result}`);
  expect(found).toEqual(['0:0', '1:1', '2:2', '3:3', '4:4', '5:5']);
});

test('no more parts are asked for than there is room for', async () => {
  const asked: number[] = [];
  for await (const [part] of inOrder(count(9, asked), 3, async () => null)) {
    expect(asked.length).toBeLessThanOrEqual(part + 3);
  }
  expect(asked.length).toBe(9);
});

test('a failure comes when its turn has come', async () => {
  const seen: number[] = [];
  const attempt = async () => {
    const work = async (part: number) => {
      if (part === 2) throw new Error('the third');
    };
    for await (const [part] of inOrder(count(9, []), 4, work)) seen.push(part);
  };
  await expect(attempt()).rejects.toThrow('the third');
  expect(seen).toEqual([0, 1]);
});
