/** What part of an image is seen: pixels of the screen are `scale * pixels of the image + x, y`. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * A view in pixels that the screen really has, of an image whose left edge is moved by `left`. It begins at a whole pixel,
 * so that a moved picture is the same picture.
 *
 * @param density pixels that the screen really has for one of the page
 */
export function onScreen({ scale, x, y }: View, density: number, left: number): View {
  return { scale: scale * density, x: Math.round((x + left) * density), y: Math.round(y * density) };
}

const [SMALLEST, LARGEST] = [0.01, 64];

/** The whole image in the middle. */
export function fitted(image: Size, screen: Size): View {
  const scale = 0.98 * Math.min(screen.width / image.width, screen.height / image.height);
  return {
    scale,
    x: (screen.width - scale * image.width) / 2,
    y: (screen.height - scale * image.height) / 2,
  };
}

/** What was in the middle of a screen in the middle of another one. */
export function moved({ scale, x, y }: View, from: Size, to: Size): View {
  return { scale, x: x + (to.width - from.width) / 2, y: y + (to.height - from.height) / 2 };
}

/** Closer by a factor; what is at a place of the screen stays there. */
export function zoomed(
  { scale, x, y }: View,
  factor: number,
  at: { readonly x: number; readonly y: number },
): View {
  const next = Math.min(LARGEST, Math.max(SMALLEST, scale * factor));
  return { scale: next, x: at.x - ((at.x - x) * next) / scale, y: at.y - ((at.y - y) * next) / scale };
}

/** A place of the image in the middle of the screen, at least so close. */
export function centred(
  view: View,
  at: { readonly x: number; readonly y: number },
  screen: Size,
  closest: number,
): View {
  const scale = Math.max(view.scale, closest);
  return { scale, x: screen.width / 2 - scale * at.x, y: screen.height / 2 - scale * at.y };
}
