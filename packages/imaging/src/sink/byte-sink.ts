/** Bytes that are written in parts, in any order: a file or memory. One call at a time. */
export interface ByteSink {
  /** As the user named it, for errors. */
  readonly name: string;
  /** Writes `bytes` at `offset`; what lies between is zero. Throws a FileWriteError. */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** Makes what was written lasting and complete. Throws a FileWriteError. */
  close(): Promise<void>;
  /** Gives up and removes what was written. Does nothing after `close`. */
  discard(): Promise<void>;
}

export interface MemorySink extends ByteSink {
  /** What was written, up to the last byte. */
  bytes(): Uint8Array;
}

/** A sink that keeps its bytes in memory. */
export function memorySink(name: string): MemorySink {
  let held = new Uint8Array(4096);
  let size = 0;
  return {
    name,
    async write(offset, bytes) {
      size = Math.max(size, offset + bytes.length);
      if (size > held.length) {
        const larger = new Uint8Array(Math.max(size, held.length * 2));
        larger.set(held);
        held = larger;
      }
      held.set(bytes, offset);
    },
    async close() {},
    async discard() {
      size = 0;
    },
    bytes: () => held.slice(0, size),
  };
}
