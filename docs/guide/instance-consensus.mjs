// Draws instance-consensus.png: three experts, STAPLE of the foreground, and the consensus of objects.
// Run after `npm run build`: node docs/guide/instance-consensus.mjs
import { writeFileSync } from 'node:fs';
import { connectedComponents, encodePng } from '@deepflash/imaging';
import { instanceConsensus, staple } from '@deepflash/segmentation';

const SIZE = 100;
const SCALE = 2;
const GAP = 8;
const COLOURS = [
  [16, 16, 24],
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [213, 94, 0],
  [204, 121, 167],
];

const a = [30, 22, 14];
const b = [30, 46, 14];
const c = [30, 70, 14];
const whole = [72, 28, 15];
const spot = [74, 76, 6];

/** Objects made of discs [row, column, radius]; an expert's hand moves all by `shift` pixels. */
function drawn(shift, ...objects) {
  const data = new Uint32Array(SIZE * SIZE);
  for (const [k, discs] of objects.entries()) {
    for (let i = 0; i < data.length; i++) {
      const inside = discs.some(
        ([r, q, n]) => Math.hypot(Math.floor(i / SIZE) - r - shift, (i % SIZE) - q - shift) <= n,
      );
      if (inside && data[i] === 0) data[i] = k + 1;
    }
  }
  return { width: SIZE, height: SIZE, data };
}

const split = drawn(1, [a, b], [c], [whole]);
for (let i = 73 * SIZE; i < split.data.length; i++) if (split.data[i] === 3) split.data[i] = 4;
const experts = [drawn(0, [a], [b], [c], [whole]), split, drawn(-1, [a], [b, c], [whole], [spot])];
const foregrounds = experts.map(({ data }) => Uint8Array.from(data, (label) => Math.min(label, 1)));
const { mask } = staple(foregrounds, { classes: 2, undecided: 0 });
const pixels = connectedComponents({ width: SIZE, height: SIZE, data: mask }, 4);
const { labels, objects, rejected } = instanceConsensus(experts);
console.log(
  `STAPLE and components: ${pixels.count} objects; consensus: ${objects.length}, rejected: ${rejected.length}`,
);

const panels = [...experts, pixels, labels];
const width = panels.length * (SIZE * SCALE + GAP) - GAP;
const height = SIZE * SCALE;
const data = new Uint8Array(width * height * 3).fill(255);
for (const [p, panel] of panels.entries()) {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < height; x++) {
      const label = panel.data[Math.floor(y / SCALE) * SIZE + Math.floor(x / SCALE)];
      data.set(COLOURS[label % COLOURS.length], (y * width + p * (height + GAP) + x) * 3);
    }
  }
}
writeFileSync(
  new URL('instance-consensus.png', import.meta.url),
  encodePng({ width, height, channels: 3, dtype: 'uint8', data }),
);
