/** The one thing of OpenClaw's SDK that is used: it is there in every version, typed only in some. */
declare module 'openclaw/plugin-sdk/sandbox' {
  /** Returns what takes the registration back. */
  export function registerSandboxBackend(id: string, registration: object): () => void;
}
