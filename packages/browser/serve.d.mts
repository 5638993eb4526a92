/** Serves the built page to this computer alone. @param port 0, the default: any that is free */
export function servePage(port?: number): Promise<{
  readonly address: string;
  close(): Promise<void>;
}>;
