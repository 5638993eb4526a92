import { expect, test } from 'vitest';
import { downloadProgress } from './download-progress.js';
import { createProgress, duration, type ProgressStream } from './progress.js';

function recorder(options: { isTTY: boolean; columns?: number }): ProgressStream & { text: string } {
  return {
    ...options,
    text: '',
    write(text) {
      this.text += text;
    },
  };
}

const state = (done: number) => ({ label: 'Fold 1', done, total: 4, details: ['loss 0.5'], secondsLeft: 30 });

test('without a terminal there is a line at the start, now and then, and at the end', () => {
  const stream = recorder({ isTTY: false });
  let time = 0;
  const progress = createProgress(stream, { now: () => time, env: {} });
  for (const [seconds, done] of [
    [0, 1],
    [1, 2],
    [20, 3],
    [21, 4],
  ] as const) {
    time = seconds;
    progress.update(state(done));
  }
  progress.end();
  expect(stream.text.split('\n')).toEqual([
    'Fold 1: 1/4, 30 s left, loss 0.5',
    'Fold 1: 3/4, 30 s left, loss 0.5',
    'Fold 1: 4/4, loss 0.5',
    '',
  ]);
});

test('a bar fits the terminal and has no colours where they are not wanted', () => {
  const stream = recorder({ isTTY: true, columns: 50 });
  const progress = createProgress(stream, { env: { NO_COLOR: '1' } });
  progress.update(state(2));
  const [, line = ''] = stream.text.split('\r\x1b[2K');
  expect(line).toMatch(/^Fold 1 {2}█+░+ {2}2\/4 {2}30 s left {2}loss 0\.5$/);
  expect(line.length).toBeLessThan(50);
});

test.each([
  [0.4, '0 s'],
  [99, '99 s'],
  [150, '3 min'],
  [7500, '2 h 5 min'],
])('%d seconds are %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

test.each([14_300_000, null])(
  'without a terminal a download ends with one line, however its bytes come: %s',
  (total) => {
    const stream = recorder({ isTTY: false });
    const show = downloadProgress(createProgress(stream, { now: () => 0, env: {} }));
    const file = { repository: 'a/b', revision: 'main', file: 'c' };
    for (let done = 100_000; done <= 14_300_000; done += 100_000) show(file, { done, total });
    expect(stream.text.trim().split('\n').length).toBe(total === null ? 1 : 2);
    if (total !== null) expect(stream.text).toMatch(/15\/15, MB\n$/);
  },
);
