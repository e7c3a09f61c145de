/** Sent instead of a banner, and followed by the end, where a sandbox has all the connections it may have. */
export const REFUSAL = 'openshell: sandbox SSH connection limit reached\r\n';
