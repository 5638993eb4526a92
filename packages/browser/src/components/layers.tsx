/** An image with what was found over it. */
import { useEffect, useRef } from 'react';
import type { Shown } from '../work/messages.ts';
import { classPicture, heatPicture, imagePicture } from './layer-pictures.ts';

export interface LayersProps {
  readonly shown: Shown;
  readonly over:
    | { readonly kind: 'mask'; readonly data: Uint8Array }
    | { readonly kind: 'uncertainty'; readonly data: Float32Array };
  /** From 0, clear, to 1. */
  readonly opacity: number;
  readonly label: string;
}

export function Layers({ shown, over, opacity, label }: LayersProps) {
  const place = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = place.current;
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    const { width, height } = shown;
    canvas.width = width;
    canvas.height = height;
    context.putImageData(imagePicture(shown), 0, 0);
    const layer = new OffscreenCanvas(width, height);
    const picture = over.kind === 'mask' ? classPicture(shown, over.data) : heatPicture(shown, over.data);
    layer.getContext('2d')?.putImageData(picture, 0, 0);
    context.globalAlpha = opacity;
    context.drawImage(layer, 0, 0);
    context.globalAlpha = 1;
  }, [shown, over, opacity]);
  return <canvas ref={place} className="layers" role="img" aria-label={label} />;
}
