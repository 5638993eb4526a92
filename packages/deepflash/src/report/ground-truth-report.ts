import { writeFileAtomic } from '@deepflash/imaging/node';
import { marksOf } from '../ground-truth/account.js';
import type { GroundTruth } from '../ground-truth/build.js';
import type { Consensus } from '../ground-truth/consensus.js';
import type { ConsensusImage } from '../ground-truth/examine.js';
import { groundTruthFiles } from '../ground-truth/layout.js';
import { missingText } from '../ground-truth/matching.js';
import type { Rated } from '../ground-truth/read-image.js';
import { decimal, figure, type Html, html, page, table } from './page.js';
import { MOST_PICTURED, marksUri, maskUri, type Regions } from './pictures.js';

export interface ReportedGroundTruth {
  /** Folder of the experts. */
  readonly experts: string;
  readonly out: string;
  readonly truth: GroundTruth;
  /** Of the first images. */
  readonly figures: readonly Html[];
}

/** Writes `report.html` of a ground truth: the account of each expert, then the images. */
export async function writeGroundTruthReport(report: ReportedGroundTruth): Promise<void> {
  const { experts, out, truth, figures } = report;
  const { images, failures, warnings } = truth;
  const sections = [
    numbers(truth),
    ...(failures.length === 0
      ? []
      : [
          html`<h2>Could not be done</h2>${table(
            ['image', 'why'],
            failures.map(({ image, problem }) => [image ?? 'all', problem]),
          )}`,
        ]),
    ...warnings.map((warning) => html`<p><strong>Note.</strong> ${warning}</p>`),
    ...missingMasks(truth),
    html`<h2>Raters against the consensus</h2><p class="soft">${account(truth)}</p>${raterTable(truth)}`,
    html`<h2>Agreement among raters</h2><p class="soft">Dice of each pair in the mean of the images that both marked. ${chance(truth)}</p>${pairTable(truth)}`,
    html`<h2>Images</h2><p class="soft">Brightness: how many experts marked a pixel, black none and light grey all. Orange outline: the consensus. Light blue outline: a model.</p>`,
    ...figures,
    ...(figures.length < images.length
      ? [html`<p class="soft">The first ${MOST_PICTURED} of ${images.length} images are shown.</p>`]
      : []),
    html`<h2>All images</h2>${imageTable(truth)}`,
    html`<h2>Each rater on each image</h2><details><summary>Dice, IoU, sensitivity, specificity, average precision</summary>${detailTable(truth)}</details>`,
    ...(truth.content === 'instances'
      ? [
          html`<h2>Objects that were voted down</h2><p class="soft">Seen by too few raters. Row and column of their centres count from 0. All votes are in results.xlsx.</p><details><summary>${rejectedCount(truth)}</summary>${rejectedTable(truth)}</details>`,
        ]
      : []),
    html`<h2>Objects that only one rater saw</h2><p class="soft">Not a single pixel of them was marked by another expert. Row and column of their first pixel count from 0.</p><details><summary>${objectCount(truth)}</summary>${loneTable(truth)}</details>`,
  ];
  await writeFileAtomic(
    groundTruthFiles(out).report,
    page('Ground truth report', `Masks of ${experts}`, sections),
  );
}

/** Who did not mark all images, where that is somebody. */
function missingMasks({ matching }: GroundTruth): Html[] {
  const incomplete = matching.raters.filter(({ missing }) => missing.length > 0);
  if (incomplete.length === 0) return [];
  const rows = incomplete.map(({ name, matched, missing }) => [name, matched, missingText(missing)]);
  return [html`<h2>Missing masks</h2>${table(['rater', 'images marked', 'no mask of'], rows)}`];
}

/** The pictures of one image. */
export function consensusFigure(image: ConsensusImage, rated: readonly Rated[], consensus: Consensus): Html {
  const { name, width, height, voters, objects, undecidedPixels, agreement } = image;
  const { classes } = consensus;
  const shape = { width, height };
  const experts = rated.filter(({ rater }) => rater.kind === 'expert');
  const marks: Regions = { ...shape, data: marksOf(experts.map(({ mask }) => mask)) };
  const mask: Regions = { ...shape, data: consensus.mask.map((value) => (value < classes ? value : 0)) };
  const outline = consensus.votes === null ? mask : { ...shape, data: borders(consensus.objects.data) };
  const facts = [
    voters === 1 ? 'marked by one expert only, whose mask is copied' : `${voters} raters`,
    `${objects} ${objects === 1 ? 'object' : 'objects'}`,
    ...(agreement.fleissKappa === null ? [] : [`Fleiss’ kappa ${decimal(agreement.fleissKappa)}`]),
    ...(undecidedPixels === 0 ? [] : [`${undecidedPixels} undecided pixels`]),
  ];
  const models = rated.filter(({ rater }) => rater.kind === 'model');
  return figure(name, facts.join(', '), [
    {
      uri: marksUri(marks, experts.length, {}),
      caption: `Marks of ${experts.length === 1 ? 'one expert' : `${experts.length} experts`}`,
    },
    {
      uri: marksUri(marks, experts.length, { truth: outline }),
      caption: 'Marks and outline of the consensus',
    },
    { uri: maskUri(mask, classes), caption: 'Consensus' },
    ...models.map(({ rater, mask: { classes: data } }) => ({
      uri: marksUri(marks, experts.length, { truth: outline, prediction: { ...shape, data } }),
      caption: `Model ${rater.name} and consensus`,
    })),
  ]);
}

/** Numbers of objects as bytes, in which neighbours still differ. */
function borders(labels: Uint32Array): Uint8Array {
  return Uint8Array.from(labels, (label) => (label === 0 ? 0 : ((label - 1) % 255) + 1));
}

function numbers({ images, raters, agreement, method, content }: GroundTruth): Html {
  const experts = raters.filter(({ kind }) => kind === 'expert').length;
  const models = raters.length - experts;
  const objects = images.reduce((sum, image) => sum + image.objects, 0);
  return html`<ul class="numbers"><li><strong>${images.length}</strong>images</li><li><strong>${experts}</strong>experts</li>${
    models === 0 ? null : html`<li><strong>${models}</strong>${models === 1 ? 'model' : 'models'}</li>`
  }<li><strong>${objects}</strong>objects</li><li><strong>${decimal(agreement.fleissKappa.mean)}</strong>Fleiss’ kappa</li><li><strong>${
    content === 'instances' ? 'objects' : method === 'staple' ? 'STAPLE' : 'majority'
  }</strong>method</li></ul>`;
}

function account({ raters, images }: GroundTruth): string {
  const alone = images.filter(({ voters }) => voters === 1).length;
  const models = raters.some(({ kind }) => kind === 'model')
    ? ' Models are judged by the same consensus.'
    : '';
  const left =
    alone === 0
      ? ''
      : ` ${alone === 1 ? 'One image that only one expert marked is' : `${alone} images that only one expert marked are`} left out for experts.`;
  return `Means over the images.${left}${models} AP: average precision of the objects at IoU 0.5 and in the mean of 0.5 to 0.95.`;
}

const MEASURE_HEAD = ['Dice', 'IoU', 'sensitivity', 'specificity', 'AP 0.5', 'AP 0.5–0.95'];

function raterTable({ raters }: GroundTruth): Html {
  return table(
    ['rater', 'kind', 'images', ...MEASURE_HEAD, 'objects nobody else saw'],
    raters.map(({ name, kind, images, account: a, loneObjects }) => [
      name,
      kind,
      images,
      ...[a?.dice, a?.iou, a?.sensitivity, a?.specificity, a?.ap50, a?.map].map((value) => numeral(value)),
      loneObjects,
    ]),
  );
}

function chance({ agreement: { fleissKappa, krippendorffAlpha } }: GroundTruth): string {
  if (fleissKappa.mean === null) return '';
  return `Beyond chance, per pixel and in the mean of ${fleissKappa.images} images: Fleiss’ kappa ${decimal(fleissKappa.mean)}, Krippendorff’s alpha ${decimal(krippendorffAlpha.mean)}.`;
}

function pairTable({ raters, agreement: { pairs } }: GroundTruth): Html {
  const between = (a: string, b: string) =>
    pairs.find(({ first, second }) => (first === a && second === b) || (first === b && second === a));
  return table(
    ['', ...raters.map(({ name }) => name)],
    raters.map(({ name }) => [
      name,
      ...raters.map((other) => (other.name === name ? '' : numeral(between(name, other.name)?.dice))),
    ]),
  );
}

function imageTable({ images }: GroundTruth): Html {
  return table(
    [
      'image',
      'pixels',
      'raters',
      'objects',
      'Fleiss’ kappa',
      'Krippendorff’s alpha',
      'undecided pixels',
      'iterations',
    ],
    images.map(({ name, width, height, voters, objects, agreement, undecidedPixels, staple }) => [
      name,
      `${width} x ${height}`,
      voters,
      objects,
      numeral(agreement.fleissKappa),
      numeral(agreement.krippendorffAlpha),
      undecidedPixels,
      staple === null ? '–' : staple.converged ? staple.iterations : `${staple.iterations}, not settled`,
    ]),
  );
}

function detailTable({ images }: GroundTruth): Html {
  return table(
    ['image', 'rater', 'kind', ...MEASURE_HEAD],
    images.flatMap(({ name, raters }) =>
      raters.map(({ rater, account: a }) => [
        name,
        rater.name,
        rater.kind,
        ...[a.dice, a.iou, a.sensitivity, a.specificity, a.ap50, a.map].map((value) => numeral(value)),
      ]),
    ),
  );
}

function objectCount({ raters }: GroundTruth): string {
  const count = raters.reduce((sum, { loneObjects }) => sum + loneObjects, 0);
  return count === 1 ? 'One object' : `${count} objects`;
}

function rejectedCount({ images }: GroundTruth): string {
  const count = images.reduce((sum, { votes }) => sum + (votes?.rejected.length ?? 0), 0);
  return count === 1 ? 'One object' : `${count} objects`;
}

function rejectedTable({ images }: GroundTruth): Html {
  return table(
    ['image', 'seen by', 'of raters', 'row', 'column', 'area in pixels'],
    images.flatMap(({ name, voters, votes }) =>
      (votes?.rejected ?? []).map(({ seenBy, row, column, area }) => [
        name,
        seenBy.join(', '),
        voters,
        row,
        column,
        area,
      ]),
    ),
  );
}

function loneTable({ images }: GroundTruth): Html {
  return table(
    ['image', 'rater', 'kind', 'row', 'column', 'area in pixels'],
    images.flatMap(({ name, raters }) =>
      raters.flatMap(({ rater, lone }) =>
        lone.map(({ row, column, area }) => [name, rater.name, rater.kind, row, column, area]),
      ),
    ),
  );
}

function numeral(value: number | null | undefined): number | string {
  return value ?? '–';
}
