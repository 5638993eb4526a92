export { readZip, type ZipEntry, type ZipLimits } from './archives/zip.js';
export { isGreyRgb, reduceGreyRgb, toGrey, toRgb } from './colour.js';
export {
  type Failure,
  FileWriteError,
  FolderError,
  ImageFileError,
  MaskValueError,
  SelectionError,
} from './errors.js';
export { type GeoJsonGeometry, geoJsonGeometry } from './geojson/geometry.js';
export { type Image, newSamples, type SampleArray, type SampleType } from './image.js';
export { boxesOf } from './labels/boxes.js';
export { withoutBorder, withoutHoles, withoutSmall } from './labels/clean.js';
export {
  componentCounter,
  numberRows,
  type PassedComponents,
  type PassedObject,
  type RowNumbering,
} from './labels/component-rows.js';
export { connectedComponents, type LabelImage } from './labels/connected-components.js';
export {
  distanceTransform,
  type Mask,
  NO_BACKGROUND,
  squaredDistances,
} from './labels/distance-transform.js';
export {
  type ClassObjects,
  DEFAULT_DEPTH,
  DEFAULT_PROMINENCE,
  type FindOptions,
  findClassObjects,
  findObjects,
} from './labels/find-objects.js';
export { type Intensity, type Measurements, measureObjects } from './labels/measure.js';
export { type Landscape, separateByLandscape, separateObjects } from './labels/separate.js';
export { type WatershedOptions, watershed } from './labels/watershed.js';
export { type ClassMask, decodeMask, encodeMask } from './masks/class-mask.js';
export { classValues } from './masks/class-values.js';
export { maskValues } from './masks/mask-values.js';
export { compareNames, hasImageEnding, isZarrName, type MatchedMasks, matchMasks, stem } from './matching.js';
export { type Unmatched, unmatchedReasons } from './matching-reasons.js';
export { type DisplayOptions, toDisplay } from './pictures/display.js';
export { downscale } from './pictures/downscale.js';
export { heatmap } from './pictures/heatmap.js';
export { overlayOutline } from './pictures/overlay.js';
export { encodePng } from './png/encode.js';
export { readImage } from './read.js';
export { decodeRoi } from './rois/decode.js';
export { encodeRoi } from './rois/encode.js';
export { type OutlineOptions, roisFromLabels } from './rois/from-labels.js';
export type {
  Point,
  Roi,
  RoiColour,
  RoiPath,
  RoiPosition,
  RoiProperties,
  RoiShape,
  RoiStep,
} from './rois/roi.js';
export { decodeRoiSet, encodeRoiSet, MOST_ROIS } from './rois/roi-set.js';
export { labelsFromRois } from './rois/to-labels.js';
export { readSelected, selectSource } from './selection/select-source.js';
export {
  NO_SELECTION,
  type Projection,
  planParts,
  planSelection,
  type Selection,
  type SelectionNotice,
  type SelectionPlan,
} from './selection/selection.js';
export { retyped, widerType } from './selection/widen.js';
export { type ByteSink, type MemorySink, memorySink } from './sink/byte-sink.js';
export { type ByteSource, memorySource } from './source/byte-source.js';
export type { Channel, ImageInfo, ImageSource, Level, Region } from './source/image-source.js';
export { openImage } from './source/open.js';
export { pictureSource } from './source/picture.js';
export { encodeTiff, type TiffOptions } from './tiff/encode.js';
export { encodeLabels } from './tiff/encode-labels.js';
export { createPyramidTiff, type PyramidOptions, type PyramidWriter } from './tiff/encode-pyramid.js';
export type { TiffStack } from './tiff/encode-stack.js';
export { halved, type Reduction } from './tiff/halve.js';
export { fitsTiffStack, type TiffStackInParts, writeTiffStack } from './tiff/write-stack.js';
