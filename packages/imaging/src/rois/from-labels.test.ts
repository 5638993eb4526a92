import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectedComponents, type LabelImage } from '../labels/connected-components.js';
import { decodeRoi } from './decode.js';
import { encodeRoi } from './encode.js';
import { roisFromLabels } from './from-labels.js';
import { labelsFromRois } from './to-labels.js';

/** Rows of digits as objects. */
function labels(...rows: readonly string[]): LabelImage {
  const data = Uint32Array.from(rows.join(''), Number);
  return { width: rows[0]?.length ?? 0, height: rows.length, count: Math.max(...data), data };
}

const masks = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) =>
    fc
      .array(fc.integer({ min: 0, max: 3 }), { minLength: width * height, maxLength: width * height })
      .map((values) => ({ width, height, data: Uint8Array.from(values) })),
  );

describe('roisFromLabels', () => {
  it('goes around an object along the edges of its pixels, corner by corner', () => {
    expect(roisFromLabels(labels('000', '011', '010'))).toEqual([
      {
        name: '1',
        type: 'traced',
        points: [
          [3, 1],
          [3, 2],
          [2, 2],
          [2, 3],
          [1, 3],
          [1, 1],
        ],
      },
    ]);
  });

  it('makes holes and pieces the paths of a composite', () => {
    const [ring] = roisFromLabels(labels('111', '101', '111'));
    expect(ring).toMatchObject({ type: 'composite', paths: [{ start: [3, 0] }, { start: [2, 2] }] });
    const [apart] = roisFromLabels(labels('101'));
    expect(apart?.type === 'composite' && apart.paths.length).toBe(2);
  });

  it('outlines pixels that touch at a corner together or apart', () => {
    const diagonal = labels('10', '01');
    expect(roisFromLabels(diagonal)[0]?.type).toBe('traced');
    expect(roisFromLabels(diagonal, { connectivity: 4 })[0]?.type).toBe('composite');
  });

  it('names objects by their numbers, in order', () => {
    expect(roisFromLabels(labels('3012')).map(({ name }) => name)).toEqual(['1', '2', '3']);
    expect(roisFromLabels(labels('000'))).toEqual([]);
  });

  it('keeps every pixel on the way to a .roi file and back', () => {
    fc.assert(
      fc.property(
        masks,
        fc.constantFrom<4 | 8>(4, 8),
        fc.constantFrom<4 | 8>(4, 8),
        (mask, regions, outlines) => {
          const before = connectedComponents(mask, regions);
          const rois = roisFromLabels(before, { connectivity: outlines });
          const files = rois.map((roi) => decodeRoi(encodeRoi(roi), 'a.roi'));
          expect(labelsFromRois(files, before)).toEqual(before);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('keeps objects of several pieces and of neighbours in one another', () => {
    fc.assert(
      fc.property(masks, fc.constantFrom<4 | 8>(4, 8), ({ width, height, data }, connectivity) => {
        const present = [...new Set(data)].filter((value) => value > 0).sort();
        const numbered = Uint32Array.from(data, (value) => present.indexOf(value) + 1);
        const before = { width, height, count: present.length, data: numbered };
        expect(labelsFromRois(roisFromLabels(before, { connectivity }), before)).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  it('has one path for each piece, where pieces and paths touch in the same way', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        // Counting holes too: the holes of a region that touches at corners are regions that touch at edges.
        const only = { ...mask, data: mask.data.map((value) => (value > 0 ? 1 : 0)) };
        const inner = { ...only, data: only.data.map((value) => 1 - value) };
        const framed = connectedComponents(withFrame(inner), 4);
        const pieces = connectedComponents(only, 8).count + framed.count - 1;
        const whole = { ...only, count: 1, data: Uint32Array.from(only.data) };
        const [roi] = roisFromLabels(whole);
        const paths = roi === undefined ? 0 : roi.type === 'composite' ? roi.paths.length : 1;
        expect(paths).toBe(pieces);
      }),
      { numRuns: 300 },
    );
  });
});

/** A mask with a border of ones, which joins all background that reaches the edge. */
function withFrame({ width, height, data }: { width: number; height: number; data: Uint8Array }) {
  const framed = new Uint8Array((width + 2) * (height + 2)).fill(1);
  for (let y = 0; y < height; y++) {
    framed.set(data.subarray(y * width, (y + 1) * width), (y + 1) * (width + 2) + 1);
  }
  return { width: width + 2, height: height + 2, data: framed };
}
