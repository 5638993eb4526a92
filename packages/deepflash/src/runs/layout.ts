import { join } from 'node:path';

/** Where the files of a run lie. */
export function runFiles(run: string) {
  return {
    config: join(run, 'config.json'),
    data: join(run, 'data.json'),
    events: join(run, 'events.jsonl'),
    /** The events of one fold that a task of its own trains, perhaps on another machine. */
    eventsOf: (fold: number) => join(run, 'events', `fold-${fold}.jsonl`),
    folds: join(run, 'folds'),
    validationFolder: join(run, 'validation'),
    validation: predictionFiles(join(run, 'validation')),
    ensemble: join(run, 'ensemble.onnx'),
    quality: join(run, 'quality.json'),
    separation: join(run, 'separation.json'),
    report: join(run, 'report.html'),
    lock: join(run, 'run.lock'),
    /** Beside the fold's folder, which may not be there yet. */
    lockOf: (fold: number) => join(run, 'folds', `${fold}.lock`),
  };
}

/** Where the files of one fold of a run lie. */
export function foldFiles(run: string, fold: number) {
  const folder = join(run, 'folds', String(fold));
  return {
    folder,
    weights: join(folder, 'model.safetensors'),
    model: join(folder, 'model.onnx'),
    log: join(folder, 'log.csv'),
    /** Small pictures of a held-out image: itself, its mask, and what the network said of it after each so many steps. */
    picturesOf: (name: string) => {
      const pictures = join(folder, 'pictures', name);
      return {
        folder: pictures,
        image: join(pictures, 'image.png'),
        mask: join(pictures, 'mask.png'),
        after: (step: number) => join(pictures, `${step}.png`),
      };
    },
    checkpointFolder: join(folder, 'checkpoint'),
    checkpoint: join(folder, 'checkpoint', 'state.safetensors'),
  };
}

/** Where predictions lie: NAME is that of the image without its ending. Those of large images are tiled. */
export function predictionFiles(folder: string) {
  return {
    masks: join(folder, 'masks'),
    uncertainty: join(folder, 'uncertainty'),
    instances: join(folder, 'instances'),
    probabilities: join(folder, 'probabilities'),
    rois: join(folder, 'rois'),
    geojson: join(folder, 'geojson'),
    results: join(folder, 'results.csv'),
    objects: join(folder, 'objects.csv'),
    workbook: join(folder, 'results.xlsx'),
    log: join(folder, 'predicted.jsonl'),
    /** Held by whoever predicts into the folder. */
    lock: join(folder, 'prediction.lock'),
    report: join(folder, 'report.html'),
    mask: (name: string) => join(folder, 'masks', `${name}.png`),
    uncertaintyOf: (name: string) => join(folder, 'uncertainty', `${name}.tif`),
    instancesOf: (name: string) => join(folder, 'instances', `${name}.tif`),
    probabilityOf: (name: string) => join(folder, 'probabilities', `${name}.tif`),
    roisOf: (name: string) => join(folder, 'rois', `${name}.zip`),
    geoJsonOf: (name: string) => join(folder, 'geojson', `${name}.geojson`),
  };
}

/** The folders that files of predicted images may lie in. */
export function predictionFolders(folder: string): readonly string[] {
  const { masks, uncertainty, instances, probabilities, rois, geojson } = predictionFiles(folder);
  return [masks, uncertainty, instances, probabilities, rois, geojson];
}

/** Where the results of a large image lie. */
export function largePredictionFiles(folder: string, name: string, format: 'ome-tiff' | 'ome-zarr') {
  const file = `${name}${format === 'ome-tiff' ? '.ome.tif' : '.ome.zarr'}`;
  const { masks, uncertainty, instances, probabilities } = predictionFiles(folder);
  return {
    mask: join(masks, file),
    uncertainty: join(uncertainty, file),
    instances: join(instances, file),
    probabilities: join(probabilities, file),
  };
}
