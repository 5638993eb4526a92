import {
  ActionIcon,
  Badge,
  Button,
  Group,
  Modal,
  Select,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { ProjectView } from 'deepflash';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { pageOf } from '../addresses.ts';
import { DrawingBoard } from '../annotation/drawing-board.tsx';
import { useSavingState } from '../annotation/unsaved.ts';
import { part, post, useAction, useLatestPrediction } from '../api.ts';
import { ClassNames } from '../components/class-names.tsx';
import { Empty } from '../components/empty.tsx';
import { FilePicker } from '../components/file-picker.tsx';
import { Term } from '../components/term.tsx';

interface AnnotatePageProps {
  readonly project: ProjectView;
  readonly expert: string | null;
  readonly image: string | null;
}

/** Pixels of the longest side of a drawing, which is held as a whole. */
const LARGEST = 8192;

function isTooLarge({ width, height }: ProjectView['images'][number]): boolean {
  return Math.max(width, height) > LARGEST;
}

/** Drawing: one expert on one image, blind to the others. */
export default function AnnotatePage({ project, expert, image }: AnnotatePageProps) {
  const [, go] = useLocation();
  const [dialog, setDialog] = useState<'expert' | 'import' | 'classes' | null>(null);
  const experts = project.experts.map(({ name }) => name);
  const who = expert !== null && experts.includes(expert) ? expert : (experts[0] ?? null);
  const drawn = new Set(project.experts.find(({ name }) => name === who)?.images);
  const { prediction, predicted, names, isKnown } = useOrder(project);
  const what = image !== null && names.includes(image) ? image : null;
  const kind = project.objects === 'numbered' ? 'objects' : 'labels';
  const saving = useSavingState({ kind, expert: who ?? '', image: what ?? '' });
  // An expert who was added just now is not in the project's copy yet.
  const isSettled = isKnown && (expert === null || expert === who);
  const offered = isSettled ? (names.find((name) => !drawn.has(name)) ?? names[0] ?? null) : null;
  // Once it is chosen it stays, whatever is drawn and predicted meanwhile.
  useEffect(() => {
    if (what === null && who !== null && offered !== null) {
      go(pageOf('annotate', who, offered), { replace: true });
    }
  }, [what, who, offered, go]);
  const shown = project.images.find(({ name }) => name === what);
  const client = useQueryClient();
  const [round, setRound] = useState(0);
  /** Where the drawings on the disk have become others. */
  const openAnew = (): void => {
    client.removeQueries({ queryKey: ['labels'] });
    setRound((before) => before + 1);
  };
  const start = useAction(async () => {
    const begun = { prediction, image: what, expert: who };
    const { state } = await post<{ readonly state: 'begun' | 'kept' }>('corrections', begun);
    // What was drawn in the meantime is kept, and so is the way back of the board.
    if (state === 'begun') openAnew();
  });
  const goBy = (by: number): void => {
    const next = names[(names.indexOf(what ?? '') + by + names.length) % Math.max(1, names.length)];
    if (next !== undefined && who !== null) go(pageOf('annotate', who, next));
  };
  return (
    <Stack gap="xs">
      <Group justify="space-between" wrap="nowrap" gap="md">
        <Group gap="xs" wrap="nowrap">
          <Title order={2}>Annotate</Title>
          <Button variant="subtle" size="compact-sm" onClick={() => setDialog('expert')}>
            New expert
          </Button>
          {who !== null && (
            <Button variant="subtle" size="compact-sm" onClick={() => setDialog('import')}>
              Import drawings
            </Button>
          )}
          <Button variant="subtle" size="compact-sm" onClick={() => setDialog('classes')}>
            Classes and objects
          </Button>
        </Group>
        {who !== null && (
          <Group gap="xs" wrap="nowrap">
            {what !== null && drawn.has(what) ? (
              <Badge color="teal.9" miw="max-content">
                annotated
              </Badge>
            ) : (
              what !== null &&
              predicted.has(what) && (
                <Button
                  size="compact-sm"
                  loading={start.isPending}
                  disabled={saving !== 'saved'}
                  onClick={() => start.mutate(undefined)}
                >
                  Start from the prediction
                </Button>
              )
            )}
            <Select
              aria-label="Expert"
              data={experts}
              value={who}
              allowDeselect={false}
              onChange={(to) => to !== null && go(pageOf('annotate', to, what ?? ''))}
              w={130}
            />
            <Select
              aria-label="Image"
              data={names}
              value={what}
              allowDeselect={false}
              searchable
              onChange={(to) => to !== null && go(pageOf('annotate', who, to))}
              w={180}
            />
            <ActionIcon.Group>
              <ActionIcon variant="default" size={36} aria-label="Previous image" onClick={() => goBy(-1)}>
                <IconChevronLeft size={18} />
              </ActionIcon>
              <ActionIcon variant="default" size={36} aria-label="Next image" onClick={() => goBy(1)}>
                <IconChevronRight size={18} />
              </ActionIcon>
            </ActionIcon.Group>
          </Group>
        )}
      </Group>
      {names.length === 0 && (
        <Empty title="There is nothing to draw on yet" href="/images" action="Add images">
          Annotations are drawn on the images of the project.
        </Empty>
      )}
      {names.length > 0 && who === null && (
        <Empty title="Who draws?" onAction={() => setDialog('expert')} action="Add an expert">
          The <Term name="annotation">annotations</Term> of several experts are kept apart, each blind to the
          others, and are merged later.
        </Empty>
      )}
      {who !== null && shown !== undefined && isTooLarge(shown) && (
        <Empty title="This image is too large to draw on" href="/images" action="Look at the images">
          Drawings have {`${LARGEST}`} pixels a side at most: cut the image into parts, and add these.
        </Empty>
      )}
      {who !== null && shown !== undefined && !isTooLarge(shown) && (
        <DrawingBoard
          key={`${project.objects}/${who}/${shown.name}/${round}`}
          kind={kind}
          expert={who}
          image={shown}
          classes={project.classes}
          prediction={predicted.has(shown.name) ? prediction : null}
        />
      )}
      <NewExpert opened={dialog === 'expert'} onClose={() => setDialog(null)} />
      {who !== null && (
        <Modal
          opened={dialog === 'import'}
          onClose={() => setDialog(null)}
          title={`Import drawings of ${who}`}
          size="lg"
        >
          <FilePicker
            path={`experts/${part(who)}/masks`}
            label={`Add drawings of ${who}`}
            onReceived={openAnew}
            hint="Masks (PNG, TIFF), ROI sets of ImageJ and Fiji (.zip, .roi) or GeoJSON of QuPath, also in a zip. Each name begins with that of its image."
          />
        </Modal>
      )}
      <Modal opened={dialog === 'classes'} onClose={() => setDialog(null)} title="Classes and objects">
        <ClassNames classes={project.classes} objects={project.objects} onDone={() => setDialog(null)} />
      </Modal>
    </Stack>
  );
}

/** The images in the order in which they are worth a look: with a prediction the most uncertain first. */
function useOrder({ images, predictions }: ProjectView) {
  const readable = images.filter(({ problem }) => problem === undefined).map(({ name }) => name);
  const { data, isLoading } = useLatestPrediction(predictions);
  const doubtful = (data?.images ?? []).map(({ name }) => name).filter((name) => readable.includes(name));
  const predicted = new Set(doubtful);
  const others = readable.filter((name) => !predicted.has(name));
  return {
    prediction: data?.name ?? null,
    predicted,
    names: [...doubtful, ...others],
    /** Whether it will stay, as far as this page goes. */
    isKnown: !isLoading,
  };
}

function NewExpert({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const [, go] = useLocation();
  const [name, setName] = useState('');
  const add = useAction(async () => {
    await post('experts', { name: name.trim() });
    go(pageOf('annotate', name.trim()));
    setName('');
    onClose();
  });
  return (
    <Modal opened={opened} onClose={onClose} title="New expert">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') add.mutate(undefined);
        }}
      >
        <Stack gap="sm">
          <TextInput
            label="Name of the expert"
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Text size="sm" c="dimmed">
            Each expert draws without seeing the drawings of the others.
          </Text>
          <Button type="submit" loading={add.isPending} disabled={name.trim() === ''}>
            Add expert
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
