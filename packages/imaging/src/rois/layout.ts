// The layout of an ImageJ `.roi` file (ij.io.RoiDecoder and RoiEncoder). All numbers are big-endian:
//
//   0    `Iout`            4   version        6   kind of shape (one byte)
//   8    top, left, bottom, right: the whole pixels around the shape
//   16   number of points  18  as 32 bits where the 16 do not suffice; or x1, y1, x2, y2 of a line or ellipse;
//                              or x, y, width, height of a rectangle, all as float32
//   34   stroke width      36  number of float32 of a composite, 0 for other shapes
//   40   stroke colour     44  fill colour, as opacity, red, green, blue
//   48   subkind           50  options        52  ratio or breadth as float32   54  diameter of rounded corners
//   56   page, from 1      60  where the second header lies
//   64   x of each point, then y, as 16 bits from left and top; then both again as float32, in pixels of the image;
//        or, of a composite, float32: 0 x y (go to), 1 x y (line), 2 and 4 numbers, 3 and 6 (curves), 4 (close)
//
// The second header has 64 bytes: 4 channel, 8 slice, 12 frame, each from 1; 16 where the name lies and 20 its
// length; 30 group as a byte; 36 stroke width as float32; 48 where the counters of points lie; 52 group as 16 bits.

export const HEADER = 64;
export const HEADER2 = 64;
export const SIGNATURE: readonly number[] = [0x49, 0x6f, 0x75, 0x74];

/** The version that is written; files of version 217 and up exist. */
export const VERSION = 229;

export const KINDS = {
  polygon: 0,
  rectangle: 1,
  oval: 2,
  line: 3,
  freeline: 4,
  polyline: 5,
  freehand: 7,
  traced: 8,
  angle: 9,
  points: 10,
} as const;

export const SUBKINDS = { ellipse: 3, rotatedRectangle: 5 } as const;

export const OPTIONS = { subPixel: 128, scaleStrokeWidth: 8192 } as const;
