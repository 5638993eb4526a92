import {
  Button,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  Slider,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ProjectView } from 'deepflash';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { createDrawing, type Drawing } from '../annotation/drawing.ts';
import { fillPolygon, floodFill, type Point, paintLine } from '../annotation/tools.ts';
import { part, pixels, post, type Rectangle, saveStroke, useAction } from '../api.ts';
import { FilePicker } from '../components/file-picker.tsx';
import { showProblem } from '../components/problems.tsx';
import { Term } from '../components/term.tsx';
import { Picture } from '../viewer/picture.tsx';
import { labelPicture } from '../viewer/tint.ts';

const TOOLS = [
  { value: 'brush', label: 'Brush', key: 'b' },
  { value: 'eraser', label: 'Eraser', key: 'e' },
  { value: 'polygon', label: 'Outline', key: 'p' },
  { value: 'wand', label: 'Wand', key: 'w' },
  { value: 'delete', label: 'Delete object', key: 'd' },
  { value: 'move', label: 'Move', key: 'm' },
] as const;
type ToolName = (typeof TOOLS)[number]['value'];

interface AnnotatePageProps {
  readonly project: ProjectView;
  readonly expert: string | null;
  readonly image: string | null;
}

/** Drawing: one expert on one image, blind to the others. */
export default function AnnotatePage({ project, expert, image }: AnnotatePageProps) {
  const [, go] = useLocation();
  const [name, setName] = useState('');
  const add = useAction(async () => {
    await post('experts', { name: name.trim() });
    go(`/annotate/${part(name.trim())}`);
    setName('');
  });
  const experts = project.experts.map((one) => one.name);
  const names = project.images.filter(({ problem }) => problem === undefined).map((one) => one.name);
  const who = expert !== null && experts.includes(expert) ? expert : (experts[0] ?? null);
  const drawn = project.experts.find((one) => one.name === who)?.images ?? [];
  const what =
    image !== null && names.includes(image)
      ? image
      : (names.find((one) => !drawn.includes(one)) ?? names[0] ?? null);
  const shown = project.images.find((one) => one.name === what);
  const next = names[(names.indexOf(what ?? '') + 1) % Math.max(1, names.length)];
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-end">
        <Title order={2}>Annotate</Title>
        <Group align="flex-end" gap="xs">
          <Select
            label="Expert"
            data={experts}
            value={who}
            placeholder="none yet"
            allowDeselect={false}
            onChange={(to) => to !== null && go(`/annotate/${part(to)}/${part(what ?? '')}`)}
            w={150}
          />
          <Select
            label="Image"
            data={names}
            value={what}
            allowDeselect={false}
            searchable
            onChange={(to) => to !== null && who !== null && go(`/annotate/${part(who)}/${part(to)}`)}
            w={230}
          />
          <Button
            variant="default"
            disabled={next === undefined || who === null}
            onClick={() => go(`/annotate/${part(who ?? '')}/${part(next ?? '')}`)}
          >
            Next image
          </Button>
        </Group>
      </Group>
      {who === null ? (
        <Text>
          Who draws? <Term name="annotation">Annotations</Term> of several experts are kept apart, and merged
          later.
        </Text>
      ) : (
        shown !== undefined && (
          <DrawingBoard key={`${who}/${shown.name}`} expert={who} image={shown} classes={project.classes} />
        )
      )}
      {names.length === 0 && <Text>Add images first.</Text>}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') add.mutate(undefined);
        }}
      >
        <Group align="flex-end" gap="xs">
          <TextInput
            label="New expert"
            placeholder="name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={add.isPending} disabled={name.trim() === ''}>
            Add expert
          </Button>
        </Group>
      </form>
      {who !== null && (
        <FilePicker
          path={`experts/${part(who)}/masks`}
          label={`Add masks of ${who}`}
          hint="drawn elsewhere, as PNG files whose names begin with those of the images, or a zip of them"
        />
      )}
    </Stack>
  );
}

interface BoardProps {
  readonly expert: string;
  readonly image: ProjectView['images'][number];
  readonly classes: readonly string[];
}

function DrawingBoard({ expert, image, classes }: BoardProps) {
  const [tool, setTool] = useState<ToolName>('brush');
  const [radius, setRadius] = useState(6);
  const [tolerance, setTolerance] = useState(15);
  const [value, setValue] = useState('1');
  const [brightness, setBrightness] = useState(1);
  const [opacity, setOpacity] = useState(0.45);
  const [version, setVersion] = useState(0);
  const saving = useSaving(expert, image.name);
  const drawing = useRef<Drawing | null>(null);
  const canvas = useMemo(() => {
    const element = document.createElement('canvas');
    [element.width, element.height] = [image.width, image.height];
    return element;
  }, [image]);
  const labels = useQuery({
    queryKey: ['labels', expert, image.name],
    queryFn: ({ signal }) => pixels(`labels/${part(expert)}/${part(image.name)}`, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const intensities = useQuery({
    queryKey: ['pixels', image.name],
    queryFn: ({ signal }) =>
      pixels(
        `images/${part(image.name)}/window?width=${Math.min(4096, image.width)}&height=${Math.min(4096, image.height)}`,
        signal,
      ),
    enabled: tool === 'wand',
    staleTime: Number.POSITIVE_INFINITY,
  });

  const show = useCallback(
    (area: Rectangle | null) => {
      const current = drawing.current;
      if (area === null || current === null) return;
      canvas.getContext('2d')?.putImageData(labelPicture(current.labels, area), area.x, area.y);
      setVersion((before) => before + 1);
    },
    [canvas],
  );
  const save = saving.save;
  useEffect(() => {
    if (labels.data === undefined || drawing.current !== null) return;
    const { width, height, data } = labels.data;
    drawing.current = createDrawing({ width, height, data: new Uint8Array(data) }, save);
    show({ x: 0, y: 0, width, height });
  }, [labels.data, save, show]);

  const undo = useCallback(() => show(drawing.current?.undo() ?? null), [show]);
  const redo = useCallback(() => show(drawing.current?.redo() ?? null), [show]);
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
      const pressed = event.key.toLowerCase();
      if (event.ctrlKey || event.metaKey) {
        if (pressed === 'z') (event.shiftKey ? redo : undo)();
        else if (pressed === 'y') redo();
        else return;
        event.preventDefault();
        return;
      }
      const chosen = TOOLS.find((one) => one.key === pressed);
      if (chosen !== undefined) setTool(chosen.value);
      if (pressed === '[') setRadius((before) => Math.max(1, before - 1));
      if (pressed === ']') setRadius((before) => Math.min(200, before + 1));
    };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, [undo, redo]);

  const last = useRef<Point>({ x: 0, y: 0 });
  const outline = useRef<Point[]>([]);
  const paintsWith = tool === 'eraser' || tool === 'delete' ? 0 : Number(value);
  const isLine = tool === 'brush' || tool === 'eraser';
  const handlers = {
    radius: isLine ? radius : null,
    down(at: Point) {
      const current = drawing.current;
      if (current === null) return;
      current.begin();
      last.current = at;
      outline.current = [at];
      if (isLine) show(current.draw((on) => paintLine(on, at, at, radius, paintsWith)));
      if (tool === 'delete') {
        show(
          current.draw((on) =>
            on.data[Math.floor(at.y) * on.width + Math.floor(at.x)] === 0
              ? null
              : floodFill(on, at, (pixel, start) => on.data[pixel] === on.data[start], 0),
          ),
        );
      }
      const seen = intensities.data;
      if (tool === 'wand' && seen !== undefined) {
        const step = seen.channels;
        const reach = (tolerance / 100) * rangeOf(seen.data);
        show(
          current.draw((on) =>
            floodFill(
              on,
              at,
              (pixel, start) =>
                Math.abs((seen.data[pixel * step] as number) - (seen.data[start * step] as number)) <= reach,
              paintsWith,
            ),
          ),
        );
      }
    },
    move(at: Point) {
      const current = drawing.current;
      if (current === null) return;
      const from = last.current;
      last.current = at;
      if (isLine) show(current.draw((on) => paintLine(on, from, at, radius, paintsWith)));
      if (tool === 'polygon') {
        outline.current.push(at);
        show(current.draw((on) => paintLine(on, from, at, 0.8, paintsWith)));
      }
    },
    up() {
      const current = drawing.current;
      if (current === null) return;
      if (tool === 'polygon') show(current.draw((on) => fillPolygon(on, outline.current, paintsWith)));
      current.end();
      setVersion((before) => before + 1);
    },
  };
  const layers = useMemo(() => [{ canvas, opacity }], [canvas, opacity]);
  return (
    <Stack gap="xs">
      <Group gap="sm" align="flex-end">
        <SegmentedControl
          aria-label="Tool"
          data={TOOLS.map(({ value, label }) => ({ value, label }))}
          value={tool}
          onChange={(to) => setTool(to as ToolName)}
        />
        {isLine && (
          <NumberInput
            label="Brush radius"
            value={radius}
            min={1}
            max={200}
            w={110}
            onChange={(to) => typeof to === 'number' && setRadius(to)}
          />
        )}
        {tool === 'wand' && (
          <NumberInput
            label="Tolerance, %"
            value={tolerance}
            min={0}
            max={100}
            w={110}
            onChange={(to) => typeof to === 'number' && setTolerance(to)}
          />
        )}
        {classes.length > 2 && (
          <Select
            label="Class"
            data={classes.slice(1).map((name, i) => ({ value: `${i + 1}`, label: name }))}
            value={value}
            onChange={(to) => setValue(to ?? '1')}
            allowDeselect={false}
            w={140}
          />
        )}
        <Button.Group>
          <Button variant="default" onClick={undo} disabled={!(drawing.current?.canUndo ?? false)}>
            Undo
          </Button>
          <Button variant="default" onClick={redo} disabled={!(drawing.current?.canRedo ?? false)}>
            Redo
          </Button>
        </Button.Group>
        <div style={{ width: 120 }}>
          <Text size="xs">Brightness</Text>
          <Slider
            thumbLabel="Brightness"
            min={0}
            max={1}
            step={0.01}
            value={1.05 - brightness}
            label={null}
            onChange={(to) => setBrightness(1.05 - to)}
          />
        </div>
        <div style={{ width: 120 }}>
          <Text size="xs">Opacity of the drawing</Text>
          <Slider
            thumbLabel="Opacity of the drawing"
            min={0}
            max={1}
            step={0.05}
            value={opacity}
            label={null}
            onChange={setOpacity}
          />
        </div>
        <Text
          size="sm"
          role="status"
          aria-busy={labels.data === undefined}
          c={saving.state === 'failed' ? 'red' : 'dimmed'}
        >
          {SAVED[saving.state]}
        </Text>
      </Group>
      <Picture
        image={image}
        layers={layers}
        version={version}
        brightness={brightness}
        label={`${image.name} with the drawing of ${expert}`}
        {...(tool === 'move' ? {} : { tool: handlers })}
      />
      <Text size="xs" c="dimmed">
        Keys: {TOOLS.map(({ key, label }) => `${key} ${label.toLowerCase()}`).join(', ')}; [ and ] change the
        brush; Ctrl+Z and Ctrl+Shift+Z go back and forth; the wheel zooms, and Space with a drag moves.
      </Text>
    </Stack>
  );
}

const SAVED = { saved: 'All is saved.', saving: 'Saving …', failed: 'Not saved; trying again …' } as const;

/** Saves strokes one after the other, and tries again until they are saved. */
function useSaving(expert: string, image: string) {
  const [state, setState] = useState<keyof typeof SAVED>('saved');
  const queue = useRef<Promise<void>>(Promise.resolve());
  const open = useRef(0);
  const save = useCallback(
    (area: Rectangle, values: Uint8Array<ArrayBuffer>) => {
      open.current += 1;
      setState('saving');
      queue.current = queue.current.then(async () => {
        for (;;) {
          try {
            await saveStroke(expert, image, area, values);
            break;
          } catch (error) {
            setState('failed');
            showProblem(error instanceof Error ? error.message : String(error));
            await new Promise((resolve) => setTimeout(resolve, 2000));
          }
        }
        open.current -= 1;
        if (open.current === 0) setState('saved');
      });
    },
    [expert, image],
  );
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (open.current > 0) event.preventDefault();
    };
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, []);
  return { state, save };
}

function rangeOf(data: ArrayLike<number>): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high - low;
}
