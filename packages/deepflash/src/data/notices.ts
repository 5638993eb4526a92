import type { Selection, SelectionNotice } from '@deepflash/imaging';

/** What was chosen for a file where the user had left it open. */
export interface FileNotices {
  /** The file's name. */
  readonly file: string;
  readonly notices: readonly SelectionNotice[];
}

/** One sentence for each kind of choice that was made for files, with how many they are. */
export function noticeSentences(files: readonly FileNotices[]): string[] {
  return KINDS.flatMap(({ kind, several, remedy }) => {
    const made = files.flatMap(({ file, notices }) =>
      notices.filter((notice) => notice.kind === kind).map((notice) => ({ file, ...notice })),
    );
    const [first] = made;
    if (first === undefined) return [];
    const alike = made.every(({ found }) => found === first.found);
    const subject =
      made.length === 1
        ? `${first.file} has ${first.found}`
        : alike
          ? `${made.length} images, such as ${first.file}, have ${first.found}`
          : `${made.length} images have ${several} (${first.file} has ${first.found})`;
    return [`${subject}, and ${first.taken}; ${remedy}.`];
  });
}

/** The selection with what was made of its open ends: networks are to see other images as those that they learned from. */
export function resolvedSelection(selection: Selection, files: readonly FileNotices[]) {
  const left = (kind: SelectionNotice['kind']): boolean =>
    files.some(({ notices }) => notices.some((notice) => notice.kind === kind));
  const { channels, z, time } = selection;
  return {
    channels: channels && [...channels],
    z: z ?? (left('z') ? ('max' as const) : null),
    time: time ?? (left('time') ? 1 : null),
  };
}

const KINDS = [
  {
    kind: 'pictures',
    several: 'several pictures',
    remedy: 'save the others as files of their own to use them, for example with Fiji',
  },
  { kind: 'channels', several: 'several channels', remedy: 'choose with --channels' },
  { kind: 'z', several: 'several slices', remedy: 'choose with --z' },
  { kind: 'time', several: 'several points in time', remedy: 'choose with --time' },
] as const;
