import { join } from 'node:path';

/** Where the files of a run lie. */
export function runFiles(run: string) {
  return {
    config: join(run, 'config.json'),
    data: join(run, 'data.json'),
    events: join(run, 'events.jsonl'),
    folds: join(run, 'folds'),
    validationFolder: join(run, 'validation'),
    validation: predictionFiles(join(run, 'validation')),
    ensemble: join(run, 'ensemble.onnx'),
    report: join(run, 'report.html'),
    lock: join(run, 'run.lock'),
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
    checkpointFolder: join(folder, 'checkpoint'),
    checkpoint: join(folder, 'checkpoint', 'state.safetensors'),
  };
}

/** Where predictions lie: NAME is that of the image without its ending. */
export function predictionFiles(folder: string) {
  return {
    masks: join(folder, 'masks'),
    uncertainty: join(folder, 'uncertainty'),
    instances: join(folder, 'instances'),
    results: join(folder, 'results.csv'),
    report: join(folder, 'report.html'),
    mask: (name: string) => join(folder, 'masks', `${name}.png`),
    uncertaintyOf: (name: string) => join(folder, 'uncertainty', `${name}.tif`),
    instancesOf: (name: string) => join(folder, 'instances', `${name}.tif`),
  };
}
