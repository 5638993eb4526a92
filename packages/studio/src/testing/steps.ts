/** What a person does on the pages on the whole way, for tests. */
import { readable } from '../training/setting-names.ts';
import type { StudioPage } from './studio-page.ts';

export interface BroughtFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type Steps = ReturnType<typeof stepsOn>;

export function stepsOn(at: StudioPage) {
  const { page } = at;
  const address = `http://127.0.0.1:${at.studio.port}`;

  /** Chooses files for one of the inputs of the page. */
  async function bring(files: readonly BroughtFile[], input = page.locator('input[type=file]').first()) {
    await input.setInputFiles(
      files.map(({ name, bytes }) => ({ name, mimeType: '', buffer: Buffer.from(bytes) })),
    );
  }

  /** The sum of the classes of an expert's drawing, as the server has it. */
  async function marked(expert: string, image: string): Promise<number> {
    const response = await page.request.get(`${address}/api/labels/${expert}/${image}`);
    return (await response.body()).reduce((sum, value) => sum + value, 0);
  }

  /** Draws a line with the mouse through the middle of an image, until it is saved. */
  async function draw(expert: string, image: string): Promise<void> {
    const picture = page.getByRole('img', { name: `${image} with the drawing of ${expert}` });
    await page.goto(`${address}/annotate/${expert}/${image}`);
    await picture.waitFor();
    await at.painted();
    const box = await picture.boundingBox();
    if (box === null) throw new Error('The picture has no place.');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const saved = page.waitForResponse((response) => response.request().method() === 'PATCH');
    await page.mouse.move(x - 60, y);
    await page.mouse.down();
    await page.mouse.move(x + 60, y, { steps: 12 });
    await page.mouse.up();
    const answer = await saved;
    if (answer.status() !== 204) throw new Error(`The stroke was not saved: ${await answer.text()}`);
    await page.getByText('All is saved.').waitFor();
  }

  async function merge(): Promise<void> {
    await at.open('Experts');
    await page.getByRole('button', { name: /^Merge/ }).click();
    await page.getByRole('img', { name: /with the consensus and the drawings/ }).waitFor();
  }

  /** Writes or chooses the value of a setting, found by its name as people read it. */
  async function setTo(setting: string, value: string): Promise<void> {
    await page.getByLabel('Find a setting').fill(setting);
    const field = page.getByLabel(readable(setting), { exact: true }).and(page.locator('input'));
    await field.click();
    const isChoice = (await field.getAttribute('aria-haspopup')) === 'listbox';
    if (isChoice) await page.getByRole('option', { name: value, exact: true }).click();
    else await field.fill(value);
  }

  /** Starts a training of one network. @param settings that differ from those that the form holds */
  async function train(name: string, settings: Readonly<Record<string, string>>): Promise<void> {
    await page.getByLabel('Name', { exact: true }).fill(name);
    for (const [setting, value] of Object.entries(settings)) await setTo(setting, value);
    await page.getByLabel('Networks', { exact: true }).fill('1');
    await page.getByRole('button', { name: 'Start training' }).click();
  }

  /** Waits for the state of a training as the table tells it. */
  async function reaches(name: string, state: string): Promise<void> {
    const row = page.getByRole('row', { name: new RegExp(`^${name} `) });
    await row.getByText(state, { exact: true }).waitFor();
  }

  async function openTraining(): Promise<void> {
    await at.open('Train');
    await page.getByText('Expert', { exact: true }).click();
  }

  /** Stops the training that is at work. */
  async function stop(name: string): Promise<void> {
    await page.getByRole('button', { name: 'Stop' }).click();
    await reaches(name, 'interrupted');
  }

  async function predict(): Promise<void> {
    await at.open('Predict and correct');
    await page.getByRole('button', { name: 'Predict all images' }).click();
    await page.getByRole('img', { name: /with its prediction/ }).waitFor();
  }

  /** Trains further, from `short` to `short-1`. */
  async function retrain(): Promise<void> {
    await at.open('Predict and correct');
    await page.getByRole('button', { name: 'Retrain with corrections' }).click();
    await reaches('short-1', 'finished');
  }

  async function pack(): Promise<void> {
    await at.open('Export');
    await page.getByRole('button', { name: 'Pack for bioimage.io' }).last().click();
    await page.getByRole('link', { name: 'short-1.zip' }).waitFor();
  }

  return { bring, marked, draw, merge, openTraining, train, reaches, stop, predict, retrain, pack };
}
