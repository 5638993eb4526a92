import { join } from 'node:path';

/** Where the ground truth of several experts lies: NAME is that of the masks without their ending. */
export function groundTruthFiles(folder: string) {
  return {
    masks: join(folder, 'masks'),
    probability: join(folder, 'probability'),
    instances: join(folder, 'instances'),
    experts: join(folder, 'experts.csv'),
    agreement: join(folder, 'agreement.csv'),
    workbook: join(folder, 'results.xlsx'),
    report: join(folder, 'report.html'),
    mask: (name: string) => join(folder, 'masks', `${name}.png`),
    instancesOf: (name: string) => join(folder, 'instances', `${name}.tif`),
    /** Of two classes the foreground has the one file; of more each class has its own. */
    probabilityOf: (name: string, classIndex: number, classes: number) =>
      join(folder, 'probability', classes === 2 ? `${name}.tif` : `${name}_class${classIndex}.tif`),
  };
}
