/** Small pictures of what terms mean, as SVG. */

const INK = '#495057';
const [ORANGE, BLUE, PINK, GREEN] = ['#f08c00', '#0b84c4', '#c2255c', '#2b8a3e'];

function svg(content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="96" viewBox="0 0 240 96"><rect width="240" height="96" rx="8" fill="#f8f9fa"/>${content}</svg>`;
}

function cell(x: number, y: number, r: number, fill: string, stroke = 'none'): string {
  return `<ellipse cx="${x}" cy="${y}" rx="${r}" ry="${r * 0.82}" fill="${fill}" stroke="${stroke}" stroke-width="2.5"/>`;
}

function label(x: number, y: number, text: string): string {
  return `<text x="${x}" y="${y}" font-family="sans-serif" font-size="11" text-anchor="middle" fill="${INK}">${text}</text>`;
}

const DARK = '<rect x="14" y="10" width="90" height="66" fill="#111"/>';
const RIGHT = '<rect x="136" y="10" width="90" height="66" fill="#111"/>';
const ARROW = `<path d="M110 43h18m-6-5 6 5-6 5" fill="none" stroke="${INK}" stroke-width="2"/>`;
const CELLS = cell(42, 36, 15, '#8c8c8c') + cell(74, 52, 13, '#c9c9c9') + cell(84, 28, 9, '#555');

export const pictures = {
  'image-segmentation': svg(
    `${DARK}${CELLS}${ARROW}${RIGHT}${cell(164, 36, 15, ORANGE)}${cell(196, 52, 13, ORANGE)}${label(59, 90, 'image')}${label(181, 90, 'what each pixel is')}`,
  ),
  mask: svg(
    `${DARK}${CELLS}${ARROW}${RIGHT}${cell(164, 36, 15, '#fff')}${cell(196, 52, 13, '#fff')}${label(59, 90, 'image')}${label(181, 90, 'mask')}`,
  ),
  'instance-labels': svg(
    `${DARK}${cell(46, 40, 17, '#fff')}${cell(72, 46, 15, '#fff')}${ARROW}${RIGHT}${cell(168, 40, 17, ORANGE)}${cell(196, 46, 15, BLUE)}${label(59, 90, 'mask: one piece')}${label(181, 90, 'objects 1 and 2')}`,
  ),
  'region-of-interest': svg(
    `${DARK}${CELLS}${cell(42, 36, 17, 'none', '#ffe066')}${cell(74, 52, 15, 'none', '#ffe066')}${label(172, 38, 'the outline of')}${label(172, 54, 'each object')}`,
  ),
  staple: svg(
    `${DARK}${cell(55, 42, 22, 'none', ORANGE)}${cell(60, 44, 17, 'none', BLUE)}${cell(66, 40, 26, 'none', PINK)}${ARROW}${RIGHT}${cell(180, 43, 20, '#fff')}${label(59, 90, 'three experts')}${label(181, 90, 'one consensus')}`,
  ),
  'majority-voting': svg(
    `${label(45, 30, 'Ada: cell')}${label(45, 50, 'Ben: cell')}${label(45, 70, 'Cleo: nothing')}<path d="M96 46h28m-6-5 6 5-6 5" fill="none" stroke="${INK}" stroke-width="2"/>${label(178, 50, 'two of three: cell')}`,
  ),
  'learning-rate': svg(
    `<path d="M20 12v66h200" fill="none" stroke="${INK}"/><path d="M22 20q90 12 196 28" fill="none" stroke="${BLUE}" stroke-width="2.5"/><path d="M22 20q30 50 196 52" fill="none" stroke="${GREEN}" stroke-width="2.5"/><path d="M22 20l24 40 22-36 26 34 22-44 26 36 24-40 28 30" fill="none" stroke="${PINK}" stroke-width="2"/>${label(192, 40, 'too small')}${label(180, 66, 'right')}${label(110, 11, 'too large')}`,
  ),
  'learning-rate-finder': svg(
    `<path d="M20 10v68h200" fill="none" stroke="${INK}"/><path d="M24 24h50q40 2 62 34 16 20 30 6 16-16 30-52" fill="none" stroke="${BLUE}" stroke-width="2.5"/><circle cx="118" cy="44" r="5" fill="${ORANGE}"/>${label(78, 58, 'suggested')}${label(120, 92, 'learning rate, small to large')}`,
  ),
  ensemble: svg(
    `${[20, 48, 76].map((y, i) => `<rect x="20" y="${y - 10}" width="70" height="20" rx="4" fill="${[ORANGE, BLUE, PINK][i]}"/><path d="M94 ${y}L136 48" stroke="${INK}"/>`).join('')}<rect x="138" y="36" width="84" height="24" rx="4" fill="#fff" stroke="${INK}"/>${label(180, 52, 'their mean')}`,
  ),
  'test-time-augmentation': svg(
    `${[0, 1, 2, 3].map((i) => `<g transform="translate(${36 + 46 * i},40) scale(${i % 2 === 0 ? 1 : -1},${i < 2 ? 1 : -1})"><rect x="-18" y="-18" width="36" height="36" fill="#111"/><path d="M-10 10V-10H8" fill="none" stroke="#fff" stroke-width="5"/></g>`).join('')}${label(110, 84, 'four mirrored views, one answer')}`,
  ),
  dice: svg(
    `${cell(100, 44, 34, 'rgb(240 140 0 / 45%)', ORANGE)}${cell(136, 44, 34, 'rgb(11 132 196 / 40%)', BLUE)}${label(118, 90, 'twice the shared area, by the sum of both')}`,
  ),
} as const;
