/** What the pages ask the server. All state of a project is there; the pages keep copies that are fetched again. */
import {
  keepPreviousData,
  type QueryClient,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type {
  ClusterStatus,
  ClusterView,
  GroundTruthView,
  LearningRateView,
  ObjectTable,
  PredictionView,
  ProjectView,
  Received,
  RunDetails,
  SettingView,
} from 'deepflash';
import { showProblem } from './components/problems.tsx';

/** A problem in the words of the server. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Of the answer; null where there was none. */
  readonly status: number | null;
  constructor(message: string, status: number | null) {
    super(message);
    this.status = status;
  }
}

async function request(path: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(`/api/${path}`, init).catch(() => {
    throw new ApiError('The studio does not answer: look into the terminal where it was started.', null);
  });
  if (response.ok) return response;
  const { problem } = (await response.json().catch(() => ({}))) as { problem?: string };
  throw new ApiError(problem ?? `The studio answered ${response.status}.`, response.status);
}

export async function get<T>(path: string): Promise<T> {
  return (await request(path)).json() as Promise<T>;
}

export async function post<T>(path: string, body: unknown = {}): Promise<T> {
  const init = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
  return (await request(path, init)).json() as Promise<T>;
}

export async function upload(path: string, files: readonly File[]): Promise<Received> {
  const body = new FormData();
  for (const file of files) body.append('files', file, file.name);
  return (await request(path, { method: 'POST', body })).json() as Promise<Received>;
}

export type Samples = Uint8Array | Uint16Array | Uint32Array | Float32Array;

/** Samples [height, width, channels]. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** The size of the image over which they lie, where they are a smaller copy. */
  readonly over?: { readonly width: number; readonly height: number };
  readonly channels: number;
  readonly data: Samples;
}

const TYPES: Readonly<Record<string, new (buffer: ArrayBuffer) => Samples>> = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  float32: Float32Array,
};

export async function pixels(path: string, signal?: AbortSignal): Promise<Pixels> {
  const response = await request(path, signal === undefined ? {} : { signal });
  const [height = 0, width = 0, channels = 1] = (response.headers.get('X-Shape') ?? '')
    .split(',')
    .map(Number);
  const Type = TYPES[response.headers.get('X-Dtype') ?? ''] ?? Uint8Array;
  const [overHeight = 0, overWidth = 0] = (response.headers.get('X-Over') ?? '').split(',').map(Number);
  return {
    ...{ width, height, channels, data: new Type(await response.arrayBuffer()) },
    ...(overWidth > 0 ? { over: { width: overWidth, height: overHeight } } : {}),
  };
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a drawing holds: the class of each pixel, or numbered objects. */
export type DrawingKind = 'labels' | 'objects';

export async function saveStroke(
  kind: DrawingKind,
  expert: string,
  image: string,
  { x, y, width, height }: Rectangle,
  values: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>,
): Promise<void> {
  const place = `x=${x}&y=${y}&width=${width}&height=${height}`;
  await request(`${kind}/${part(expert)}/${part(image)}?${place}`, { method: 'PATCH', body: values });
}

/** A name as a part of an address. */
export function part(name: string): string {
  return encodeURIComponent(name);
}

export function useProject() {
  return useQuery({ queryKey: ['project'], queryFn: () => get<ProjectView>('project') });
}

export function useSettings() {
  return useQuery({
    queryKey: ['settings'],
    queryFn: () => get<readonly SettingView[]>('settings'),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** A training and its curves. */
export function runQuery(name: string) {
  return { queryKey: ['run', name], queryFn: () => get<RunDetails>(`runs/${part(name)}`) } as const;
}

export function useRun(name: string) {
  return useQuery(runQuery(name));
}

/** A prediction and what it says of each image. */
function predictionQuery(name: string) {
  return {
    queryKey: ['prediction', name],
    queryFn: () => get<PredictionView>(`predictions/${part(name)}`),
  } as const;
}

export function usePrediction(name: string | null) {
  return useQuery({ ...predictionQuery(name ?? ''), enabled: name !== null });
}

/** The last of these predictions that is finished, or null: a later one that is under way, cut off or damaged hides none. */
export function useLatestPrediction(names: readonly string[]) {
  const client = useQueryClient();
  return useQuery({
    queryKey: ['prediction', { lastOf: names }],
    async queryFn(): Promise<PredictionView | null> {
      for (const name of [...names].reverse()) {
        const view = await client.fetchQuery(predictionQuery(name)).catch((error: unknown) => {
          // What is wrong with its files is told where it is opened.
          if (error instanceof ApiError && error.status !== null) return null;
          throw error;
        });
        if (view?.finished === true) return view;
      }
      return null;
    },
    // Those before stay as they were while a new one is looked for.
    placeholderData: keepPreviousData,
  });
}

export function useGroundTruth() {
  return useQuery({ queryKey: ['ground-truth'], queryFn: () => get<GroundTruthView>('ground-truth') });
}

export function useLearningRates() {
  return useQuery({ queryKey: ['learning-rates'], queryFn: () => get<LearningRateView>('learning-rates') });
}

export function useObjects(prediction: string, image: string) {
  return useQuery({
    queryKey: ['objects', prediction, image],
    queryFn: () => get<ObjectTable>(`predictions/${part(prediction)}/objects/${part(image)}`),
  });
}

/** Whether there is a cluster, which does not change while a page is open. */
export function useCluster() {
  return useQuery({
    queryKey: ['cluster'],
    queryFn: () => get<ClusterView>('cluster'),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What can be submitted to a cluster. */
export type Submittable = 'runs' | 'predictions';

/** Milliseconds between two looks at what a cluster does. */
const LOOK = 4000;

/** How the tasks are that work on a cluster; asked again as long as one of them waits or runs. */
export function useClusterStatus(kind: Submittable, name: string) {
  return useQuery({
    queryKey: ['tasks', kind, name],
    queryFn: () => get<ClusterStatus>(`cluster/${kind}/${part(name)}`),
    refetchInterval: ({ state: { data } }) =>
      data === undefined || data.counts.waiting + data.counts.running > 0 ? LOOK : false,
  });
}

export function useTaskLog(kind: Submittable, name: string, task: string) {
  return useQuery({
    queryKey: ['task-log', kind, name, task],
    queryFn: () => get<{ readonly text: string }>(`cluster/${kind}/${part(name)}/logs/${part(task)}`),
    refetchInterval: LOOK,
  });
}

/** Something that a person does; what goes wrong is shown, and all copies are fetched again. */
export function useAction<Input, Output>(work: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: work,
    onError: (error) => showProblem(error.message),
    onSettled: () => refetchAll(client),
  });
}

/** Fetches again what may have changed. */
export function refetchAll(client: QueryClient): Promise<void> {
  return client.invalidateQueries({ predicate: ({ queryKey }) => !isLasting(queryKey) });
}

/** Fetches again what changes with every step of a job; the rest does when a job begins or ends. */
export function refetchMoving(client: QueryClient): Promise<void> {
  return client.invalidateQueries({ predicate: ({ queryKey }) => MOVING.has(queryKey[0]) });
}

const MOVING = new Set<unknown>(['project', 'run']);

/** What does not change behind the back of the page that shows it. */
function isLasting([kind]: readonly unknown[]): boolean {
  return kind === 'settings' || kind === 'labels' || kind === 'pixels' || kind === 'cluster';
}
