/** Drivers that only imitate a graphics card with the processor: of Chrome, of Mesa, of Windows and of macOS. */
const IMITATIONS = /swiftshader|llvmpipe|softpipe|basic render|software/i;

let known: boolean | undefined;

/** Whether the browser draws by WebGL 2 on a graphics card. Asked once: it takes a canvas of its own. */
export function hasGraphicsCard(): boolean {
  known ??= look();
  return known;
}

function look(): boolean {
  // Some browsers say so themselves, others by the name of the driver alone.
  const gl = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
  if (gl === null) return false;
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  const driver = gl.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER);
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return !IMITATIONS.test(`${driver}`);
}
