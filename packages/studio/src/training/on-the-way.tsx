import { Slider, Text } from '@mantine/core';
import type { RunDetails } from 'deepflash';
import { useState } from 'react';
import { part } from '../api.ts';

interface OnTheWayProps {
  readonly run: string;
  readonly fold: RunDetails['folds'][number];
}

/** What a network said of held-out images as its training went on: the last, or any step before. */
export function OnTheWay({ run, fold: { fold, pictured } }: OnTheWayProps) {
  const [chosen, setChosen] = useState<number | null>(null);
  const steps = pictured[0]?.after.map(({ step }) => step) ?? [];
  const last = steps.length - 1;
  const at = Math.min(chosen ?? last, last);
  const address = (file: string): string =>
    `/api/files/runs/${part(run)}/${file.split('/').map(part).join('/')}`;
  return (
    <div>
      <Text size="sm" fw={500} mt="xs" mb={4}>
        Held-out images after step {steps[at]}
      </Text>
      <div className="film">
        {pictured.map(({ name, image, mask, after }) => {
          const shown = after[at] ?? after.at(-1);
          return [
            <figure key={`${name} image`}>
              <img src={address(image)} alt={`${name}, held out from network ${fold}`} />
              <figcaption>{name}</figcaption>
            </figure>,
            <figure key={`${name} mask`}>
              <img src={address(mask)} alt={`What was drawn on ${name}`} />
              <figcaption>drawn</figcaption>
            </figure>,
            <figure key={`${name} prediction`}>
              {shown !== undefined && (
                <img
                  src={address(shown.file)}
                  alt={`What network ${fold} says of ${name} after step ${shown.step}`}
                />
              )}
              <figcaption>predicted</figcaption>
            </figure>,
          ];
        })}
      </div>
      {last > 0 && (
        <Slider
          mt="xs"
          size="sm"
          thumbLabel={`Step of the pictures of network ${fold}`}
          min={0}
          max={last}
          label={(index) => `step ${steps[index]}`}
          value={at}
          onChange={(to) => setChosen(to === last ? null : to)}
        />
      )}
    </div>
  );
}
