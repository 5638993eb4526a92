import { join } from 'node:path';

/** Where the parts of a project lie: a folder of plain files, which the commands read and write as well. */
export function projectFiles(folder: string) {
  const inFolder = (...parts: string[]): string => join(folder, ...parts);
  return {
    settings: inFolder('project.json'),
    images: inFolder('images'),
    annotations: inFolder('annotations'),
    groundTruth: inFolder('ground-truth'),
    runs: inFolder('runs'),
    predictions: inFolder('predictions'),
    exports: inFolder('exports'),
    jobs: inFolder('jobs'),
    /** Held by the studio that is open, and where it could be found. */
    lock: inFolder('studio.lock'),
    lastAddress: inFolder('studio.json'),
    /** Consensus by another method than that of the ground truth, to compare them. */
    comparison: (method: string) => inFolder('comparisons', method),
    learningRates: inFolder('learning-rates'),
    augmentations: inFolder('augmentations', 'tiles.png'),
    /** What was asked of a cluster last, and the shell lines with which its tasks begin. */
    clusterResources: inFolder('cluster.json'),
    clusterSetup: inFolder('cluster-setup.sh'),
    /** Names of the images whose predicted masks a person found right. */
    accepted: (prediction: string) => inFolder('predictions', prediction, 'accepted.json'),
    expert: (name: string) => inFolder('annotations', name),
    labels: (expert: string, image: string) => inFolder('annotations', expert, `${image}.png`),
    /** Strokes that are not yet in the labels' file. */
    journal: (expert: string, image: string) => inFolder('annotations', expert, `.${image}.journal`),
    folderOfInstances: inFolder('instances'),
    /** Where objects are numbered: the number of each pixel's object, beside the classes in the labels' file. */
    instances: (expert: string, image: string) => inFolder('instances', expert, `${image}.tif`),
    instancesJournal: (expert: string, image: string) => inFolder('instances', expert, `.${image}.journal`),
    pyramids: inFolder('cache', 'pyramids'),
    /** Smaller copies of a plane of an image, counted from 1; made anew when they are gone. */
    pyramid: (file: string, slice: number, frame: number) =>
      inFolder('cache', 'pyramids', `${file}-z${slice}-t${frame}.tif`),
    run: (name: string) => inFolder('runs', name),
    prediction: (name: string) => inFolder('predictions', name),
    export: (name: string) => inFolder('exports', `${name}.zip`),
    job: (id: string) => inFolder('jobs', `${id}.json`),
    jobLog: (id: string) => inFolder('jobs', `${id}.log`),
    jobAnswer: (id: string) => inFolder('jobs', `${id}.out`),
    jobConfig: (id: string) => inFolder('jobs', `${id}.config.json`),
  };
}

export type ProjectFiles = ReturnType<typeof projectFiles>;
