import type { FoldHistory } from '../runs/history.js';
import { type Html, html } from './page.js';

const WIDTH = 560;
const HEIGHT = 220;
const LEFT = 44;
const RIGHT = 44;
const TOP = 14;
const BOTTOM = 30;

/** The loss of each step (left axis, smoothed) and the Dice of the held-out images (right axis, 0 to 1) as SVG. */
export function trainingCurves({ fold, steps, metrics }: FoldHistory): Html {
  const last = Math.max(1, steps.at(-1)?.step ?? 1);
  const losses = smoothed(steps.map(({ loss }) => loss));
  const top = Math.max(...losses, 0) || 1;
  const x = (step: number): number => LEFT + (step / last) * (WIDTH - LEFT - RIGHT);
  const y = (part: number): number => TOP + (1 - part) * (HEIGHT - TOP - BOTTOM);
  const every = Math.max(1, Math.ceil(losses.length / 400));
  const points = losses.flatMap((loss, i) =>
    i % every === 0 || i === losses.length - 1 ? [[x(steps[i]?.step ?? 0), y(loss / top)] as const] : [],
  );
  const dice = metrics.map((metric) => [x(metric.step), y(metric.dice)] as const);
  return html`<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Loss and Dice of fold ${fold}">
${[0, 0.25, 0.5, 0.75, 1].map(
  (part) => html`<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(part)}" y2="${y(part)}"/>
<text x="${LEFT - 6}" y="${y(part) + 4}" text-anchor="end">${(part * top).toFixed(2)}</text>
${metrics.length > 0 ? html`<text x="${WIDTH - RIGHT + 6}" y="${y(part) + 4}">${part.toFixed(2)}</text>` : null}`,
)}
${[0, 0.5, 1].map((part) => html`<text x="${x(part * last)}" y="${HEIGHT - 10}" text-anchor="middle">${Math.round(part * last)}</text>`)}
<path class="loss" d="${path(points)}"/><path class="dice" d="${path(dice)}"/>
${dice.map(([cx, cy]) => html`<circle cx="${cx.toFixed(1)}" cy="${cy.toFixed(1)}" r="2.5"/>`)}
</svg><figcaption>Fold ${fold}: <span style="color:var(--first)">loss of each step (left)</span>${
    metrics.length > 0 ? html`, <span style="color:var(--second)">Dice of held-out images (right)</span>` : ''
  }</figcaption></figure>`;
}

function path(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}

/** An exponential mean over about ten steps, started without a pull towards zero. */
function smoothed(values: readonly number[]): number[] {
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    sum = 0.9 * sum + 0.1 * value;
    weight = 0.9 * weight + 0.1;
    return sum / weight;
  });
}
