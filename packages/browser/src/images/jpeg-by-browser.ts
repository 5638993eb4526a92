/**
 * Stands in for the library sharp, which decodes JPEG on the command line: here the browser does. It has the few of
 * its functions that @deepflash/imaging calls.
 */

interface Decoded {
  readonly data: Uint8Array;
  readonly info: { readonly width: number; readonly height: number; readonly channels: 1 | 3 };
}

export default function sharp(stream: Uint8Array) {
  let channels: 1 | 3 = 3;
  const picture = {
    /** `b-w`, the only one that is asked for. */
    toColourspace(_: 'b-w') {
      channels = 1;
      return picture;
    },
    raw: () => ({ toBuffer: (): Promise<Decoded> => decode(stream, channels) }),
  };
  return picture;
}

/** The numbers as they are stored: neither a colour profile nor the orientation that a camera notes changes them. */
async function decode(stream: Uint8Array, channels: 1 | 3): Promise<Decoded> {
  const options: ImageBitmapOptions & { readonly imageOrientation: 'from-image' | 'flipY' | 'none' } = {
    colorSpaceConversion: 'none',
    imageOrientation: 'none',
  };
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(stream)], { type: 'image/jpeg' }), options);
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (context === null) throw new Error('the browser gives the page no canvas');
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const colours = context.getImageData(0, 0, width, height).data;
  const data = new Uint8Array(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let c = 0; c < channels; c++) data[channels * pixel + c] = colours[4 * pixel + c] ?? 0;
  }
  return { data, info: { width, height, channels } };
}
