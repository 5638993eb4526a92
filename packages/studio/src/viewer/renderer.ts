/** What draws an image and its layers: the graphics card, or the processor where there is no card. */
import { createCardRenderer } from './graphics-card/renderer.ts';
import { createProcessorRenderer } from './processor/renderer.ts';
import type { Renderer } from './scene.ts';

/**
 * A browser that would only imitate a graphics card with the processor (it calls that a major performance caveat) takes
 * several times as long as the processor asked directly. Undefined where it can do neither.
 */
export function createRenderer(canvas: HTMLCanvasElement): Renderer | undefined {
  return createCardRenderer(canvas) ?? createProcessorRenderer(canvas);
}
