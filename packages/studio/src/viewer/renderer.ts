/** What draws an image and its layers: the graphics card, or the processor where there is no card. */
import { hasGraphicsCard } from './graphics-card/presence.ts';
import { createCardRenderer } from './graphics-card/renderer.ts';
import { createProcessorRenderer } from './processor/renderer.ts';
import type { Renderer } from './scene.ts';

/**
 * An imitated graphics card takes several times as long as the processor asked directly. Undefined where the browser
 * can do neither.
 */
export function createRenderer(canvas: HTMLCanvasElement): Renderer | undefined {
  const onCard = hasGraphicsCard() ? createCardRenderer(canvas) : undefined;
  return onCard ?? createProcessorRenderer(canvas);
}
