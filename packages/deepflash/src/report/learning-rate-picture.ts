/** The losses of a sweep over learning rates as an SVG picture, with what they suggest. */
import type { LearningRates } from '../training/find-learning-rate.js';
import { type Html, html } from './page.js';

const WIDTH = 720;
const HEIGHT = 380;
const LEFT = 56;
const RIGHT = 16;
const TOP = 34;
const BOTTOM = 44;

const COLOURS = { valley: '#0b68cb', steepest: '#c2410c', minimum: '#6b4fbb' } as const;

const LABELS: Readonly<Record<string, string>> = { minimum: 'a tenth of that of the minimum' };

/** A picture that stands alone, with colours that show on light and on dark. */
export function learningRatePicture({ points, suggestions }: LearningRates): Uint8Array {
  const first = Math.log10(points[0]?.learningRate ?? 1e-7);
  const last = Math.log10(points.at(-1)?.learningRate ?? 10);
  const losses = points.map(({ smoothedLoss }) => smoothedLoss);
  const least = Math.min(...losses);
  // What explodes at the end would press the rest flat.
  const most = Math.min(Math.max(...losses), least + 1.5 * ((losses[0] ?? 1) - least || 1));
  const x = (rate: number): number =>
    LEFT + ((Math.log10(rate) - first) / (last - first || 1)) * (WIDTH - LEFT - RIGHT);
  const y = (loss: number): number =>
    TOP + (1 - (Math.min(loss, most) - least) / (most - least || 1)) * (HEIGHT - TOP - BOTTOM);
  const path = points.map((point, i) => command(i, x(point.learningRate), y(point.smoothedLoss))).join('');
  const decades = Array.from(
    { length: Math.floor(last) - Math.ceil(first) + 1 },
    (_, i) => Math.ceil(first) + i,
  );
  /** On the line between two points. */
  const heightAt = (rate: number): number => {
    const before = points.findLast(({ learningRate }) => learningRate <= rate * 1.0001) ?? points[0];
    const after = points.find(({ learningRate }) => learningRate >= rate * 0.9999) ?? points.at(-1);
    if (before === undefined || after === undefined) return y(least);
    const [from, to] = [x(before.learningRate), x(after.learningRate)];
    const part = to > from ? Math.min(1, Math.max(0, (x(rate) - from) / (to - from))) : 0;
    return y(before.smoothedLoss) + part * (y(after.smoothedLoss) - y(before.smoothedLoss));
  };
  const { html: text } =
    html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">
<title>Loss by learning rate</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>
${decades.map((decade) => html`<line x1="${x(10 ** decade)}" x2="${x(10 ** decade)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" stroke="#e4e4e9"/><text x="${x(10 ** decade)}" y="${HEIGHT - 24}" text-anchor="middle" fill="#60646c">${`1e${decade}`}</text>`)}
${[least, (least + most) / 2, most].map((loss) => html`<text x="${LEFT - 8}" y="${y(loss) + 4}" text-anchor="end" fill="#60646c">${loss.toFixed(3)}</text>`)}
<text x="${(LEFT + WIDTH) / 2}" y="${HEIGHT - 6}" text-anchor="middle" fill="#1c2024">learning rate</text>
<path d="${path}" fill="none" stroke="#1c2024" stroke-width="1.8"/>
${suggestions === null ? null : Object.entries(COLOURS).map(([name, colour], i) => marker(name, suggestions[name as keyof typeof COLOURS], colour, i))}
</svg>
`;
  return new TextEncoder().encode(text);

  function marker(name: string, rate: number, colour: string, index: number): Html {
    return html`<circle cx="${x(rate)}" cy="${heightAt(rate)}" r="5" fill="${colour}"/><text x="${LEFT + index * 200}" y="20" fill="${colour}">${LABELS[name] ?? name} ${Number(rate.toPrecision(2))}</text>`;
  }
}

function command(index: number, x: number, y: number): string {
  return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
}
