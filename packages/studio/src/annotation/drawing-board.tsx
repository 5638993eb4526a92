/** One expert at work on one image. */
import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ProjectView } from 'deepflash';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type DrawingKind, part, pixels, type Rectangle } from '../api.ts';
import { isTyping } from '../viewer/is-typing.ts';
import type { PictureHandle } from '../viewer/picture.tsx';
import type { Layer } from '../viewer/scene.ts';
import { FIRST_PLANE } from '../viewer/tiles.ts';
import { useLayer } from '../viewer/use-layer.ts';
import { Viewer } from '../viewer/viewer.tsx';
import { DoubtfulPlaces } from './doubtful-places.tsx';
import { createDrawing, type Drawing } from './drawing.ts';
import { differenceIn } from './likeness.ts';
import { countObjects, numberOf } from './numbers.ts';
import { followStroke, numberObjects } from './objects.ts';
import { type Look, ToolBar, ToolOptionsBar, type ToolSettings } from './tool-bar.tsx';
import { TOOLS, toolsFor } from './tool-names.ts';
import type { Values } from './tools.ts';
import { drawOver, save, unsavedOf, useSavingState } from './unsaved.ts';
import { useTool } from './use-tool.ts';

interface BoardProps {
  readonly kind: DrawingKind;
  readonly expert: string;
  readonly image: ProjectView['images'][number];
  readonly classes: readonly string[];
  /** The latest prediction of the image; null where there is none. */
  readonly prediction: string | null;
}

const SAVED = {
  saved: 'All is saved.',
  saving: 'Saving …',
  failed: 'Not saved; trying again …',
} as const;

/** Longest side of what the wand goes by. */
const WAND_SIDE = 4096;

export function DrawingBoard({ kind, expert, image, classes, prediction }: BoardProps) {
  const [settings, setSettings] = useState<ToolSettings>({
    tool: 'brush',
    radius: 6,
    tolerance: 15,
    value: 1,
  });
  const [look, setLook] = useState<Look>({
    ...{ opacity: 0.4, shape: 'both' },
    colouring: kind === 'objects' ? 'objects' : 'classes',
  });
  const [chosen, setChosen] = useState<number | null>(null);
  const [note, setNote] = useState('');
  const [plane, setPlane] = useState(FIRST_PLANE);
  const [doubt, setDoubt] = useState(false);
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  /** Becomes another number with every step, for what depends on all of the drawing. */
  const [step, setStep] = useState(0);
  const name = useMemo(() => ({ kind, expert, image: image.name }), [kind, expert, image.name]);
  const state = useSavingState(name);
  const picture = useRef<PictureHandle | null>(null);
  const { tool } = settings;

  const labels = useQuery({
    queryKey: ['labels', kind, expert, image.name],
    async queryFn({ signal }) {
      const unsaved = unsavedOf(name);
      const found = await pixels(`${kind}/${part(expert)}/${part(image.name)}`, signal);
      const read = { width: found.width, height: found.height, data: ownValues(kind, found.data) };
      drawOver(read, unsaved);
      return read;
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const hasWand = Math.max(image.width, image.height) <= WAND_SIDE;
  const wand = useQuery({
    queryKey: ['pixels', image.name, plane],
    queryFn: ({ signal }) => {
      const of = `width=${image.width}&height=${image.height}&z=${plane.z}&time=${plane.time}`;
      return pixels(`images/${part(image.name)}/window?${of}`, signal);
    },
    enabled: tool === 'wand' && hasWand,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const difference = useMemo(() => {
    if (!hasWand) return 'too large';
    return wand.data === undefined ? undefined : differenceIn(wand.data);
  }, [hasWand, wand.data]);
  useEffect(() => {
    const { data } = labels;
    if (data === undefined) return;
    setDrawing((before) => before ?? createDrawing(data, (area, values) => save(name, area, values)));
  }, [labels, name]);

  const isByObject = kind === 'labels' && look.colouring === 'objects';
  const objects = useMemo(() => {
    void step;
    return isByObject && drawing !== null ? numberObjects(drawing.labels) : null;
  }, [isByObject, drawing, step]);
  const show = useCallback(
    (area: Rectangle | null) => {
      if (area === null || drawing === null) return;
      if (objects !== null) followStroke(objects, drawing.labels, area);
      picture.current?.update(objects ?? drawing.labels.data, drawing.labels.width, area);
    },
    [drawing, objects],
  );
  const done = useCallback(() => setStep((before) => before + 1), []);
  const go = useCallback(
    (way: 'undo' | 'redo') => {
      show(drawing?.[way]() ?? null);
      done();
    },
    [drawing, show, done],
  );
  useKeys(kind, classes.length, go, setSettings);
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setChosen(null);
    };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, []);

  const picked = useTool({
    ...settings,
    ...{ kind, chosen, difference, drawing: () => drawing, show, done },
    ...{ onChosen: setChosen, say: setNote },
  });
  const own = useMemo((): Layer | null => {
    if (drawing === null) return null;
    const { width, height, data } = drawing.labels;
    const { opacity, shape, colouring } = look;
    const marked = chosen === null ? {} : { marked: chosen };
    const size = { width, height, opacity, shape };
    if (objects !== null) return { ...size, data: objects, kind: 'objects' };
    if (kind === 'labels') return { ...size, data, kind: 'classes' };
    return { ...size, data, kind: colouring === 'objects' ? 'numbered' : 'numbered-classes', ...marked };
  }, [kind, drawing, objects, look, chosen]);
  const heat = useLayer(
    doubt && prediction !== null ? `overlays/uncertainty/${part(prediction)}/${part(image.name)}` : null,
    { kind: 'heat', opacity: 0.7, shape: 'filled' },
  );
  const panes = useMemo(() => [[heat, own].filter((layer) => layer !== null)], [heat, own]);
  const summary = useMemo(() => {
    void step;
    if (kind === 'labels' || drawing === null) return '';
    if (chosen !== null) return `Goes on with object ${numberOf(chosen)}; Esc: new ones`;
    const count = countObjects(drawing.labels);
    return `${count} object${count === 1 ? '' : 's'}`;
  }, [kind, drawing, chosen, step]);
  const help = `${TOOLS.find(({ name }) => name === tool)?.help} The wheel zooms, Space with a drag moves.`;
  const problem = labels.error ?? (tool === 'wand' ? wand.error : null);
  return (
    <div className="board" aria-busy={(drawing === null && !labels.isError) || wand.isFetching}>
      <ToolBar
        kind={kind}
        tool={tool}
        onChange={(to) => setSettings((before) => ({ ...before, tool: to }))}
      />
      <div className="board-main">
        <ToolOptionsBar
          settings={settings}
          onSettings={setSettings}
          look={look}
          onLook={setLook}
          classes={classes}
          summary={summary}
          canUndo={drawing?.canUndo ?? false}
          canRedo={drawing?.canRedo ?? false}
          onGo={go}
        />
        <Viewer
          image={image}
          panes={panes}
          handle={picture}
          onPlane={setPlane}
          label={`${image.name} with the drawing of ${expert}`}
          {...(picked === undefined ? {} : { tool: picked })}
        >
          {prediction !== null && (
            <DoubtfulPlaces
              prediction={prediction}
              image={image.name}
              shown={doubt}
              onShown={setDoubt}
              onGo={(at) => picture.current?.show(at)}
            />
          )}
        </Viewer>
        <Group justify="space-between" wrap="nowrap" gap="md" mt={6}>
          {problem === null ? (
            <Text size="sm" c={note === '' ? 'dimmed' : 'var(--mantine-color-text)'} truncate role="status">
              {note === '' ? help : note}
            </Text>
          ) : (
            <Text size="sm" c="red" role="alert">
              {problem.message}
            </Text>
          )}
          <Text
            size="sm"
            role="status"
            c={state === 'failed' ? 'red' : 'dimmed'}
            style={{ whiteSpace: 'nowrap' }}
          >
            {labels.isError ? '' : SAVED[state]}
          </Text>
        </Group>
      </div>
    </div>
  );
}

/** A copy of what came, to be drawn on. */
function ownValues(kind: DrawingKind, data: ArrayLike<number>): Values {
  return kind === 'objects' ? Uint32Array.from(data) : Uint8Array.from(data);
}

/** Tools, size, and the way back by keys. */
function useKeys(
  kind: DrawingKind,
  /** How many there are with the background. */
  classes: number,
  go: (way: 'undo' | 'redo') => void,
  setSettings: (change: (before: ToolSettings) => ToolSettings) => void,
): void {
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      if (isTyping(event.target)) return;
      const pressed = event.key.toLowerCase();
      if (event.ctrlKey || event.metaKey) {
        if (pressed === 'z') go(event.shiftKey ? 'redo' : 'undo');
        else if (pressed === 'y') go('redo');
        else return;
        event.preventDefault();
        return;
      }
      const chosen = toolsFor(kind).find((one) => one.key === pressed);
      if (chosen !== undefined) setSettings((before) => ({ ...before, tool: chosen.name }));
      if (pressed === '[') setSettings((before) => ({ ...before, radius: Math.max(1, before.radius - 1) }));
      if (pressed === ']') setSettings((before) => ({ ...before, radius: Math.min(200, before.radius + 1) }));
      if (/^[1-9]$/.test(pressed) && Number(pressed) < classes) {
        setSettings((before) => ({ ...before, value: Number(pressed) }));
      }
    };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, [kind, classes, go, setSettings]);
}
