// Regions of interest as ImageJ knows them. Coordinates are in pixels from the top left corner of the image, so
// that pixel (0, 0) is the square between (0, 0) and (1, 1); fractions are kept to the precision of float32.

export type Point = readonly [x: number, y: number];

/** Red, green, blue and opacity, 0 to 255 each. */
export type RoiColour = readonly [red: number, green: number, blue: number, opacity: number];

/** A region or a mark in an image. */
export type Roi = RoiProperties & RoiShape;

export interface RoiProperties {
  readonly name: string;
  /** The part of a hyperstack that it belongs to; everywhere by default. */
  readonly position?: RoiPosition;
  readonly strokeColour?: RoiColour;
  readonly fillColour?: RoiColour;
  /** In pixels; 0 is the thinnest line whatever the magnification. Default 0. */
  readonly strokeWidth?: number;
  /** 1 to 65535, by which ImageJ (from 1.52t on) gathers regions. */
  readonly group?: number;
}

/** Indices from 0; what is left out means all of them. */
export interface RoiPosition {
  /** The page of a plain stack. */
  readonly plane?: number;
  readonly channel?: number;
  readonly slice?: number;
  readonly frame?: number;
}

export type RoiShape =
  | RectangleShape
  | OvalShape
  | EllipseShape
  | RotatedRectangleShape
  | PolygonShape
  | OpenShape
  | LineShape
  | PointsShape
  | CompositeShape;

export interface RectangleShape {
  readonly type: 'rectangle';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Diameter of rounded corners; 0 by default. */
  readonly cornerDiameter?: number;
}

/** The ellipse that fills a rectangle. */
export interface OvalShape {
  readonly type: 'oval';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An ellipse by the ends of its longer axis and the length of the other axis as a part (0 to 1) of that. */
export interface EllipseShape {
  readonly type: 'ellipse';
  readonly from: Point;
  readonly to: Point;
  readonly aspectRatio: number;
}

/** A rectangle by the middle line between two of its sides and the length of these. */
export interface RotatedRectangleShape {
  readonly type: 'rotated-rectangle';
  readonly from: Point;
  readonly to: Point;
  readonly breadth: number;
}

/** A closed outline: set point by point, drawn by hand, or traced along the edges of pixels. */
export interface PolygonShape {
  readonly type: 'polygon' | 'freehand' | 'traced';
  readonly points: readonly Point[];
}

/** A line of several pieces: set point by point, drawn by hand, or the two sides of an angle. */
export interface OpenShape {
  readonly type: 'polyline' | 'freeline' | 'angle';
  readonly points: readonly Point[];
}

export interface LineShape {
  readonly type: 'line';
  readonly from: Point;
  readonly to: Point;
}

export interface PointsShape {
  readonly type: 'points';
  readonly points: readonly Point[];
  /** What each point was counted as (0 to 99) and on which page of the stack, as many as points. */
  readonly marks?: readonly { readonly counter: number; readonly plane?: number }[];
}

/** Several closed paths. A point is inside when it is inside an odd number of them, so that paths can be holes. */
export interface CompositeShape {
  readonly type: 'composite';
  readonly paths: readonly RoiPath[];
}

export interface RoiPath {
  readonly start: Point;
  readonly steps: readonly RoiStep[];
}

/** A straight line, or with one or two control points a quadratic or cubic Bézier curve. */
export interface RoiStep {
  readonly to: Point;
  readonly controls?: readonly [Point] | readonly [Point, Point];
}

/** A closed path of straight lines. */
export function pathOf(points: readonly Point[]): RoiPath {
  const [start = [0, 0], ...others] = points;
  return { start, steps: others.map((to) => ({ to })) };
}
