/** Draws an image and its layers with the processor alone, for machines without a graphics card. */
import type { Renderer } from '../scene.ts';
import { createFrame } from './frame.ts';

/** Undefined where the browser has no canvas. */
export function createProcessorRenderer(canvas: HTMLCanvasElement): Renderer | undefined {
  // The browser keeps such a canvas where the processor has its pixels.
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  if (context === null) return undefined;
  const frame = createFrame();
  let image = new ImageData(1, 1);
  return {
    addTile: frame.addTile,
    dropTile: frame.dropTile,
    clearTiles: frame.clearTiles,
    update: frame.update,
    draw(scene) {
      const { sheet, changed } = frame.draw(scene);
      if (changed === null) return;
      const { width, height, pixels } = sheet;
      if (image.data.buffer !== pixels.buffer) {
        [canvas.width, canvas.height] = [width, height];
        image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
      }
      const { left, top, right, bottom } = changed;
      context.putImageData(image, 0, 0, left, top, right - left, bottom - top);
    },
    dispose: frame.clearTiles,
  };
}
