/**
 * Draws an image and its layers on the graphics card (WebGL 2). Samples go there once; contrast, colours, zoom and
 * outlines are then a matter of a frame.
 */
import { GROUND, type Renderer } from '../scene.ts';
import { cardLayers } from './layers.ts';
import { cardTiles } from './tiles.ts';

/** Undefined where the browser has no WebGL 2. */
export function createCardRenderer(canvas: HTMLCanvasElement): Renderer | undefined {
  const gl = canvas.getContext('webgl2', { alpha: false, antialias: false });
  if (gl === null) return undefined;
  const tiles = cardTiles(gl);
  const layers = cardLayers(gl);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.enable(gl.BLEND);
  gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE);
  const [red, green, blue] = GROUND;
  gl.clearColor(red / 255, green / 255, blue / 255, 1);
  return {
    addTile: tiles.add,
    dropTile: tiles.drop,
    clearTiles: tiles.clear,
    update: layers.update,
    draw(scene) {
      const { screen, density, panes } = scene;
      const [width, height] = [Math.round(screen.width * density), Math.round(screen.height * density)];
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      gl.viewport(0, 0, width, height);
      gl.disable(gl.SCISSOR_TEST);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.enable(gl.SCISSOR_TEST);
      for (const { layers: over, left, from, to } of panes) {
        gl.scissor(Math.round(from * density), 0, Math.max(0, Math.round((to - from) * density)), height);
        tiles.draw(scene, left);
        for (const layer of over) layers.draw(layer, scene, left);
      }
      layers.sweep();
    },
    dispose() {
      tiles.dispose();
      layers.dispose();
    },
  };
}
