import type { Scene } from '../scene.ts';
import { onScreen } from '../view.ts';
import { PLACE } from './shaders.ts';

export interface Program {
  readonly handle: WebGLProgram;
  /** Where a variable of the program lies. */
  readonly at: (name: string) => WebGLUniformLocation | null;
}

/** @param fragment what colours the pixels of a rectangle */
export function compile(gl: WebGL2RenderingContext, fragment: string): Program {
  const handle = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, PLACE],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type);
    if (shader === null) continue;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(handle, shader);
  }
  gl.linkProgram(handle);
  if (gl.getProgramParameter(handle, gl.LINK_STATUS) !== true && !gl.isContextLost()) {
    throw new Error(`The graphics card cannot draw this: ${gl.getProgramInfoLog(handle)}`);
  }
  const known = new Map<string, WebGLUniformLocation | null>();
  return {
    handle,
    at(name) {
      const found = known.get(name);
      if (found !== undefined) return found;
      const location = gl.getUniformLocation(handle, name);
      known.set(name, location);
      return location;
    },
  };
}

/** Uses a program from now on, for an image whose left edge is moved by `left`. */
export function begin(
  gl: WebGL2RenderingContext,
  { handle, at }: Program,
  { view, screen, density }: Scene,
  left: number,
): void {
  // biome-ignore lint/correctness/useHookAtTopLevel: it belongs to WebGL, not to React
  gl.useProgram(handle);
  const { scale, x, y } = onScreen(view, density, left);
  gl.uniform3f(at('view'), scale, x, y);
  gl.uniform2f(at('screen'), Math.round(screen.width * density), Math.round(screen.height * density));
}
