import { Button } from '@mantine/core';
import { useEffect, useMemo } from 'react';

/** A link that saves bytes as a file. */
export function Download({
  name,
  bytes,
  type,
  children,
}: {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly children: string;
}) {
  const address = useMemo(
    () => URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type })),
    [bytes, type],
  );
  useEffect(() => () => URL.revokeObjectURL(address), [address]);
  return (
    <Button component="a" href={address} download={name} variant="default" size="sm">
      {children}
    </Button>
  );
}
