/** The files of what was dragged in, also those in folders, named by their path. */
export async function droppedFiles({ items }: DataTransfer): Promise<File[]> {
  // Entries can be asked for during the event alone.
  const found = [...items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  return (
    await Promise.all(found.map((one) => (one === null || one instanceof File ? (one ?? []) : filesIn(one))))
  ).flat();
}

async function filesIn(entry: FileSystemEntry): Promise<File[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [new File([file], entry.fullPath.replace(/^\//, ''), { type: file.type })];
  }
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const found: File[] = [];
  for (;;) {
    // A folder is told in parts.
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return found;
    for (const one of part) found.push(...(await filesIn(one)));
  }
}

// Chromium does not show the classes of entries, so that `instanceof` cannot be asked.
function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
