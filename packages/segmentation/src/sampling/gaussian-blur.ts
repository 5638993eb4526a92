import { mirrored } from './mirror.js';

/**
 * Blurs in place by a Gaussian of the given standard deviation in pixels, cut off at four of these, rows first and columns
 * then. Beyond its borders the plane goes on as its own mirror image.
 */
export function blurPlane(
  { height, width, data }: { readonly height: number; readonly width: number; readonly data: Float32Array },
  sigma: number,
): void {
  const kernel = gaussian(sigma);
  const line = new Float64Array(Math.max(height, width) + kernel.length - 1);
  for (let y = 0; y < height; y++) blurLine(data, y * width, 1, width, kernel, line);
  for (let x = 0; x < width; x++) blurLine(data, x, width, height, kernel, line);
}

/** Weights of the pixels from `radius` before to `radius` after; their sum is 1. */
function gaussian(sigma: number): Float64Array {
  const radius = Math.floor(4 * sigma + 0.5);
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  return kernel.map((weight) => weight / sum);
}

function blurLine(
  data: Float32Array,
  start: number,
  stride: number,
  length: number,
  kernel: Float64Array,
  line: Float64Array,
): void {
  const radius = (kernel.length - 1) / 2;
  for (let i = -radius; i < length + radius; i++) {
    const inside = i >= 0 && i < length ? i : mirrored(i, length);
    line[i + radius] = data[start + inside * stride] as number;
  }
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (let k = 0; k < kernel.length; k++) sum += (kernel[k] as number) * (line[i + k] as number);
    data[start + i * stride] = sum;
  }
}
