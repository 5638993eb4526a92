/** The ring around the pointer that shows how large a brush is. */
import { type PointerEvent as ReactPointerEvent, useCallback, useEffect, useRef } from 'react';
import type { View } from './view.ts';

/** @param radius in pixels of the image; null: no ring */
export function useRing(radius: number | null, view: { readonly current: View | null }) {
  const element = useRef<HTMLDivElement>(null);
  const at = useRef<{ readonly x: number; readonly y: number } | null>(null);
  const latest = useRef(radius);
  latest.current = radius;

  /** Also to be called when the view has changed. */
  const place = useCallback(() => {
    if (element.current === null) return;
    const { style } = element.current;
    style.visibility = at.current === null ? 'hidden' : 'visible';
    if (at.current === null) return;
    const onScreen = (latest.current ?? 0) * (view.current?.scale ?? 1);
    style.width = style.height = `${2 * onScreen}px`;
    style.transform = `translate(${at.current.x - onScreen}px, ${at.current.y - onScreen}px)`;
  }, [view]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another brush has another ring, where the pointer rests
  useEffect(place, [place, radius]);

  return {
    ...{ element, place },
    follow(event: ReactPointerEvent): void {
      const box = event.currentTarget.getBoundingClientRect();
      at.current = { x: event.clientX - box.left, y: event.clientY - box.top };
      place();
    },
    leave(): void {
      at.current = null;
      place();
    },
  };
}
