import { invariant } from '@clamshell/core';

/** 32 hexadecimal digits from the caller's source of randomness, whichever way that writes them. */
export function takeIdentifier(newId: () => string): string {
  const id = newId().replaceAll('-', '').toLowerCase();
  invariant(/^[0-9a-f]{32}$/.test(id), 'newId gives 128 bits in hexadecimal');
  return id;
}
